"""The package as others meet it: its surface, its layers, its wheel."""

from __future__ import annotations

import copy
import importlib
import inspect
import os
import pickle
import pkgutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest

import house
import metastasis
from metastasis import _errors as errors
from metastasis._vocabulary import LISTS, PREFIXES, contract, converter, expand

ROOT = Path(__file__).parents[1]
MODULES = [
    module.name
    for module in pkgutil.walk_packages(metastasis.__path__, "metastasis.")
    if not module.name.endswith("__main__")
]
SURFACE: Final = {
    "metastasis": """
        AmbiguousNameError Assertion DATA_RELEASE Evidence EvidenceError Fault FederationError
        FitError Frame GraphError KnowledgeGraph MetastasisError MissingExtraError QueryError
        QueryMemoryError QueryTimeoutError ReadError ReadOnlyError ServeError Source
        TableError UnknownNameError WriteError __version__ load read_assertions read_page read_text
        write_assertions
    """,
    "metastasis.analysis": """
        QUESTIONS Question assertion_network beliefs changes clusters conflicts count_patients
        distinct_network draws_with_degrees_kept edge_network even_deal explain find_question flow
        flow_explained frames gaps hubs likely likely_origins next_sites numbers pairs part_network
        passage_times pool previous_sites primaries_with process process_from_frequencies
        process_from_sequences profile_clusters profiles project projection reach_matrix
        read_sequences shared_sites similar similar_profiles sites_of sources states transitions
    """,
    "metastasis.patients": """
        Claim CodeMap ENGINES Engine Exclusion Ingested Look Notice Pattern Remark Report Rules
        SourceEntry TableMapping Unmapped look open_engine read_cbioportal read_code_map read_coded
        read_fhir read_mapping read_matrix read_naaccr read_omop read_patterns read_registry
        read_seer read_site_map read_table read_wide write_patterns write_site_map
    """,
    "metastasis.pictures": """
        Diagram Draw EmptyDiagramWarning FORMATS KINDS SIZES Scale Style THEMES anatomy
        current_style draw_alluvial draw_body draw_flow draw_forest draw_heatmap draw_likely
        draw_network draw_profiles draw_progression draw_ring draw_upset find_kind save styled
    """,
    "metastasis.rdf": """
        FORMS Form Rows ShippedQuery Triples build_store content_faults derivation_faults
        find_format find_query kgcl_statements load_store rdf_patch read_evidence
        read_query run_query shape_faults shipped_queries
    """,
    "metastasis.serve": "ServeLimits run_server write_site",
    "metastasis.text": "Acceptance Reading ReadingReport Readings accept read_page read_text",
}
"""Every name of every face; README and the documentation promise these and no others."""


def offered(module: Any) -> list[str]:
    """Return the names that a face offers, those among them that it imports when asked for."""
    tell = vars(module).get("__dir__")
    return list(tell() if tell else vars(module).get("__all__", ()))


@pytest.mark.parametrize("face", SURFACE)
def test_the_public_surface_is_this_list(face: str) -> None:
    module = importlib.import_module(face)
    names = SURFACE[face].split()
    assert sorted(offered(module)) == sorted(module.__all__) == sorted(names)
    for name in names:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError):
        module.nothing_of_that_name  # noqa: B018


def test_all_other_modules_are_private_by_name() -> None:
    public = {name for name in MODULES if not any(part[0] == "_" for part in name.split("."))}
    assert public | {"metastasis"} == set(SURFACE)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is_and_lists_what_it_offers(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    for public in getattr(module, "__all__", ()):
        assert getattr(module, public) is not None


def test_every_error_is_in_the_tree_drawn_in_the_docstring_and_is_a_builtin_too() -> None:
    classes = [
        item
        for _, item in inspect.getmembers(errors, inspect.isclass)
        if issubclass(item, Exception)
    ]
    assert errors.__doc__
    for item in classes:
        assert item.__name__ in errors.__doc__
        assert issubclass(item, errors.MetastasisError)
        if item is not errors.MetastasisError:
            assert issubclass(item, LookupError | ValueError | TypeError | OSError | ImportError)


@pytest.mark.parametrize(
    "error",
    [
        errors.UnknownNameError("site", "livr", ["liver"]),
        errors.AmbiguousNameError("primary", "x", ["a", "b"]),
        errors.TableError([errors.Fault("a.csv", 3, "count", "x", "a number")]),
        errors.QueryError("no SPARQL", "SELCT"),
        errors.FederationError("not allowed", "SERVICE"),
        errors.QueryTimeoutError("SELECT", 0.5),
        errors.QueryMemoryError("SELECT", 1 << 30),
        errors.ReadOnlyError("not changed"),
        errors.GraphError("another graph"),
        errors.EvidenceError("no number"),
        errors.FitError("the ring", "a column", "120 mm", ["size='page'"]),
        errors.ReadError("x.csv", "there is no such file"),
        errors.WriteError("x.csv", "the disk is full"),
        errors.ServeError("127.0.0.1:80", "permission denied"),
        errors.MissingExtraError("scipy", "stats"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_back_from_another_process_as_it_was(error: Exception) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)


def test_one_prefix_table_expands_and_contracts() -> None:
    for prefix in PREFIXES:
        curie = f"{prefix}:x1"
        assert contract(expand(curie)) == curie
        assert converter().expand(curie) == expand(curie)
        assert converter().compress(expand(curie)) == curie
    assert set(LISTS) <= set(PREFIXES)


# How the code is laid out: the rules of CONTRIBUTING.


@pytest.mark.slow
def test_a_file_has_600_lines_at_most_and_a_reason_above_400() -> None:
    assert house.length_faults() == []


def test_a_module_with_one_importer_says_why_it_stands_apart() -> None:
    assert house.importer_faults() == []


def test_one_class_name_has_one_meaning() -> None:
    assert house.class_faults() == []


def test_functions_are_small() -> None:
    lengths = house.function_lengths()
    assert lengths[len(lengths) // 2] <= 9
    assert lengths[int(len(lengths) * 0.95)] <= 50


def test_properties_have_enough_examples() -> None:
    """A property with three examples is red by luck: a line with fewer than 25 says why."""
    assert house.example_faults() == []


def test_tests_stand_in_the_rooms_of_the_package() -> None:
    package = ROOT / "graph" / "metastasis"
    rooms = {path.parent.name.lstrip("_") for path in package.glob("*/__init__.py")}
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert folders <= {*rooms, "exchange"}


def test_no_library_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, metastasis as mets\nmets.load().sites_of('breast')\n"
        "heavy = {'rdflib', 'networkx', 'matplotlib', 'pandas', 'polars', 'scipy', 'numpy'}\n"
        "heavy |= {'pydantic', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--wheel-dir",
            str(out),
            str(ROOT),
        ],
        check=True,
    )
    (path,) = out.glob("*.whl")
    return path


@pytest.mark.wheel
def test_the_wheel_holds_the_ontology_the_licenses_and_the_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    inside = {name.removeprefix("metastasis/") for name in names}
    shipped = {
        str(path.relative_to(ROOT)) for path in (ROOT / "ontology").rglob("*") if path.is_file()
    }
    assert shipped <= inside
    assert "py.typed" in inside
    for license_file in ("LICENSE", "LICENSE-DATA", "NOTICE"):
        assert any(name.endswith(f"licenses/{license_file}") for name in names)
    for page_part in ("sparql/oxigraph.wasm.gz", "sparql/LICENSES.txt", "site.css"):
        assert f"metastasis/serve/assets/{page_part}" in names
    assert "metastasis/serve/w3id.htaccess" in names
    assert not any("shared" in name or name.startswith("tests") for name in names)


@pytest.mark.wheel
def test_the_wheel_works_with_the_checkout_out_of_reach(wheel: Path, tmp_path: Path) -> None:
    folder = tmp_path / "env"
    venv.create(folder, with_pip=False, system_site_packages=False)
    python = folder / "bin" / "python"
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    target = folder / "lib" / version / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    # The dependencies of this environment, without its editable install of the checkout.
    lent = Path(next(path for path in sys.path if path.endswith("site-packages")))
    for package in lent.iterdir():
        if not package.name.startswith(
            ("metastasis", "_metastasis", "__pycache__")
        ) and not package.name.endswith(".pth"):
            link = target / package.name
            if not link.exists():
                link.symlink_to(package)
    code = (
        "import metastasis as mets\nfrom metastasis._files import ontology_path\n"
        "from metastasis._evidence.assertion_table import read_evidence\n"
        "knowledge = read_evidence()\n"
        "kg = mets.KnowledgeGraph.from_assertions(knowledge.assertions, knowledge.catalog)\n"
        "assert set(kg.store) == set(mets.load().store)\n"
        "print(mets.__file__, ontology_path(), len(kg.primaries_with('liver')))"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        [str(python), "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout
    shell = subprocess.run(
        [str(python), "-m", "metastasis", "sites", "breast"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=True,
    )
    assert "breast,breast cancer,bone" in shell.stdout


def test_the_editable_install_finds_the_ontology_of_the_checkout() -> None:
    from metastasis._files import ontology_path

    assert ontology_path().samefile(ROOT / "ontology")
