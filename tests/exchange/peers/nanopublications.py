"""Load every nanopublication of a file with the nanopub library, and sign one.

Prints how many there are, the faults that the library finds, the triples of all assertions as a
hash over their sorted N-Triples lines, and whether the signed one is valid.
"""

import hashlib
import importlib.metadata
import json
import sys
from base64 import encodebytes
from collections import defaultdict

from Crypto.PublicKey import RSA
from nanopub import Nanopub, NanopubConf
from nanopub.profile import Profile
from rdflib import ConjunctiveGraph, Dataset, URIRef
from rdflib.namespace import RDF

NANOPUB = URIRef("http://www.nanopub.org/nschema#Nanopublication")
OLD = importlib.metadata.version("nanopub") < "2.1"
"""Takes graphs of the class that rdflib had before."""
ORCID = "https://orcid.org/0000-0000-0000-0000"
"""Of nobody."""


def main():
    data = Dataset()
    data.parse(sys.argv[1], format="trig")
    parts = defaultdict(ConjunctiveGraph if OLD else Dataset)
    for subject, predicate, value, graph in data.quads():
        name = str(graph).partition("#")[0]
        parts[name].get_context(URIRef(graph)).add((subject, predicate, value))
    heads = {str(name) for name, _, _, _ in data.quads((None, RDF.type, NANOPUB, None))}
    faults, lines = [], []
    for name in sorted(parts):
        try:
            one = Nanopub(rdf=parts[name], conf=NanopubConf())
            assert one.is_valid
            assert one.has_valid_trusty
            assert str(one.metadata.np_uri) == name
            lines += [f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in one.assertion]
        except (ValueError, AssertionError) as error:
            faults.append(f"{name}: {type(error).__name__}: {error}")
    assert heads == set(parts)
    digest = hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
    signed = sign(parts[min(parts)])
    found = {"nanopublications": len(parts), "faults": faults[:5], "triples": len(lines)}
    print(json.dumps({**found, "sha256": digest, "signed": signed}))


def sign(graph):
    """Sign a draft as somebody would who publishes it; tell whether the name is another one."""
    key = RSA.generate(2048)
    private, public = (
        encodebytes(each.export_key("DER", pkcs=8) if each is key else each.export_key("DER"))
        .decode()
        .replace("\n", "")
        for each in (key, key.publickey())
    )
    conf = NanopubConf(profile=Profile(ORCID, "Nobody", private, public))
    one = Nanopub(rdf=graph, conf=conf)
    before = str(one.metadata.np_uri)
    one.sign()
    return (
        one.is_valid
        and one.has_valid_signature
        and one.has_valid_trusty
        and (
            one.source_uri.rpartition("/")[0] == before.rpartition("/")[0]
            and one.source_uri != before
        )
    )


main()
