"""Sphinx settings. ``python3 scripts/docs.py`` brings the pages together and calls Sphinx."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils.utils.math.latex2mathml import tex2mathml
from pygments.lexers.special import TextLexer

import metastasis
from metastasis._vocabulary import NOT_CLINICAL

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

project = "Metastasis"
copyright = "the metastasis contributors. Code Apache-2.0, knowledge CC BY 4.0"  # noqa: A001
author = "the metastasis contributors"
version = release = metastasis.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_parts"]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}

# A link that leads nowhere ends the build; see `find_public_name` for which names may have no page.
nitpicky = True
# Nothing is fetched, when the pages are built or when they are read.
intersphinx_mapping: dict[str, Any] = {}
html_math_renderer = "mathml"

nb_execution_mode = "off"
"""The notebooks show the answers that are stored in them, which the tests compare."""
nb_merge_streams = True
myst_enable_extensions = ["deflist", "dollarmath", "colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autoclass_content = "class"
maximum_signature_line_length = 88
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
default_role = "code"
add_module_names = False

html_theme = "pydata_sphinx_theme"
html_title = "Metastasis"
html_static_path = ["_static"]
html_css_files = ["metastasis.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "announcement": NOT_CLINICAL,
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}


def setup(app: Sphinx) -> None:
    """Add what Sphinx has not: formulas without a script, and links from private names."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(write_formula, None), block_renderers=(write_block, None)
    )
    app.add_lexer("csv", TextLexer)
    app.connect("missing-reference", find_public_name)
    # Before napoleon (500), which reads the sections, and after it.
    app.connect("autodoc-process-docstring", head_examples, priority=400)
    app.connect("autodoc-process-docstring", give_back_attribute, priority=600)


_said_of: dict[str, list[str]] = {}
"""What stands below each attribute in the code, by its name."""


def give_back_attribute(*event: Any) -> None:
    """Undo what napoleon makes of an attribute: the n of "n: those with it" is no type."""
    _, what, name, _, _, lines = event
    if what in {"attribute", "property"}:
        lines[:] = _said_of.get(name, lines)


def head_examples(*event: Any) -> None:
    """Give the examples of a docstring a heading: ours stand without one, also after parameters."""
    _, _, name, _, _, lines = event
    _said_of[name] = list(lines)
    for place, line in enumerate(lines):
        if line.startswith(">>>"):
            if not any(above.startswith("Example") for above in lines[:place]):
                lines[place:place] = ["Examples", "--------"]
            return


def write_formula(translator: Any, node: nodes.math) -> None:
    """Write a formula as MathML, which browsers draw themselves: no script, no font, no network."""
    from docutils.nodes import SkipNode

    translator.body.append(tex2mathml(node.astext()))
    raise SkipNode


def write_block(translator: Any, node: nodes.math_block) -> None:
    """Write a displayed formula."""
    from docutils.nodes import SkipNode

    translator.body.append(
        f'<div class="math-block">{tex2mathml(node.astext(), as_block=True)}</div>\n'
    )
    raise SkipNode


def find_public_name(app: Sphinx, env: Any, node: Any, contnode: Any) -> Any:
    """Lead a name to its page: what is private by its place may be public by a face.

    Types of other libraries have no page here and stay plain. A name of ours that is nowhere is
    left to Sphinx, which ends the build.
    """
    from docs_api import is_there, public_names

    if node.get("refdomain") != "py":
        return None
    target = str(node["reftarget"])
    names = public_names()
    if public := names.get(target) or names.get(target.rpartition(".")[2]):
        found = env.get_domain("py").resolve_xref(
            env, node["refdoc"], app.builder, "obj", public, node, shortened(contnode)
        )
        if found is not None:
            return found
    return (
        None if target.startswith("metastasis.") and not is_there(target) else shortened(contnode)
    )


def shortened(shown: Any) -> Any:
    """Return the text of a reference without the modules that it names, private ones among them."""
    from docutils.nodes import Text

    text = shown.astext()
    if shown.children and re.fullmatch(r"[\w.]+(\(\))?", text):
        shown = shown.deepcopy()
        shown.children[:] = [Text(text.rpartition(".")[2])]
    return shown
