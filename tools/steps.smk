# Writes down what the rules say, for what runs stages without Snakemake (tools/steps.py): `steps.pickle`, by rule its
# inputs, outputs, parameters and log as plain lists and dictionaries, in the order in which they can run.
import pickle


include: "Snakefile"


def plain(value):
    if callable(value):  # an input that Snakemake asks for when the rule is wanted
        return plain(value({}))
    if isinstance(value, dict):
        return {plain(name): plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return str(value) if isinstance(value, str) else value


def said(parts):
    return plain(list(parts)), {name: plain(part) for name, part in parts.items()}


with open("steps.pickle", "wb") as file:
    kinds = ("input", "output", "params", "log")
    steps = {rule.name: {kind: said(getattr(rule, kind)) for kind in kinds} for rule in workflow.rules if rule.script}
    pickle.dump(steps, file)
