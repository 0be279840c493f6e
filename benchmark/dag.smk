import gc
import sys

# As in the project's own.
gc.freeze()
gc.set_threshold(100_000)
sys.modules.setdefault("pandas", None)
FELLES = [f"inn/{{n}}" for n in range({inputs})]
BUNTER = [f"bunt-{{n:05d}}" for n in range({batches})]


rule alle:
    input:
        "index.html",


rule tall:
    input:
        FELLES,
    output:
        update(["enheter.csv", "tall.csv"]),
    shell:
        "touch {{output}}"


rule ark:
    input:
        rules.tall.output,
        FELLES,
    output:
        update("bunter/{{bunt}}.zip"),
    resources:
        mem_mb=1000,
        runtime=30,
    shell:
        "touch {{output}}"


rule liste:
    input:
        expand("bunter/{{bunt}}.zip", bunt=BUNTER),
        FELLES,
    output:
        update("index.html"),
    shell:
        "touch {{output}}"
