# Writes down what the rules of the publication say, for the peers that run the same stage scripts: `steg.pickle`, by
# rule its inputs, outputs, parameters and log as plain lists and dictionaries, in the order in which they can run.
import pickle


include: "Snakefile"


def plain(value):
    if isinstance(value, dict):
        return {plain(name): plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return str(value) if isinstance(value, str) else value


def said(parts):
    return plain(list(parts)), {name: plain(part) for name, part in parts.items()}


STAGES = ("clean", "persons", "agreements", "compute", "draw", "package", "render", "typeset")
with open("steg.pickle", "wb") as file:
    kinds = ("input", "output", "params", "log")
    pickle.dump({name: {kind: said(getattr(getattr(rules, name).rule, kind)) for kind in kinds} for name in STAGES}, file)
