/* What a page of files cannot ask a server: rows are chosen in the reader's browser. */
"use strict";
