/* The SPARQL page starts here; without scripts it stays a form that a server answers. */
"use strict";
import("./page.js");
