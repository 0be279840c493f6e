# De to kommandoene i README er «make publication» og «make test». Resten er korte navn på det man ellers trenger.
# Den som skal brukes, eller den første av 3.11, 3.12 og 3.13 som finnes.
PYTHON ?=
CORES ?= 4
BIN := .venv/bin
RUN := .venv/.locked
DEV := .venv/.locked-dev
KLYNGE := .venv-klynge/.locked
export PYTHONPATH := scripts
# Compiled modules are kept whatever the shell says: each process would compile the package anew, half a second a time.
export PYTHONDONTWRITEBYTECODE :=
# Names of files are UTF-8 whatever the locale.
export PYTHONUTF8 := 1

.PHONY: neste oppdater publication avtaler faktaark alt test test-rask check system setup setup-dev setup-klynge lock raadata mottak mottak-avtaler karantene-avtale avtalepapir ny-kilde nytt-kapittel eksempel kontroll benchmark benchmark-peers sammenlign spor kontroller reproduser feilproeve grunnlinje frys gjennomgang signer publiser nettsted utgivelse sjekk-tekst proev omskriv forhaandsvis spraak bilder skrifter

neste: setup  ## hvor i årshjulet dere er, og hva som er det neste
	@$(BIN)/python -m krisestat $@

publication: setup  ## bygg publikasjonen (HTML og PDF); en annen eller et annet år: PUBLIKASJON=beboere AAR=2023 SPRAAK=nn
	@$(BIN)/python -m snakemake --cores $(CORES) --quiet rules $(if $(AAR)$(PUBLIKASJON)$(SPRAAK),--config) $(AAR:%=aar=%) $(PUBLIKASJON:%=publikasjon=%) $(SPRAAK:%=spraak=%)

avtaler faktaark: setup  ## rapporter om avtaler til partene; faktaark for sentre og kommuner
	@$(BIN)/python -m snakemake --cores $(CORES) --quiet rules -- $@

alt: setup  ## publikasjonen, rapportene og faktaarkene
	@$(BIN)/python -m snakemake --cores $(CORES) --quiet rules -- publication avtaler faktaark

test: setup-dev setup-klynge  ## alle prøver, også de med Snakemake, PDF-kontroll og nettleser
	bash tools/system.sh test
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-rask: setup-dev  ## prøvene en utvikler kjører hele tiden
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not workflow and not document and not browser and not thorough"

check: setup-dev  ## stil, typer og vanlige feil i koden
	$(BIN)/ruff check scripts tools tests benchmark
	$(BIN)/ruff format --check scripts tools tests benchmark
	$(BIN)/mypy

setup: $(RUN)
	@bash tools/system.sh run $(BIN)/python

setup-dev: $(DEV)
	@bash tools/system.sh run $(BIN)/python

# A Python that is asked for is looked at each time.
ifneq ($(PYTHON),)
$(RUN) $(DEV): ask
.PHONY: ask
ask:
endif

$(RUN): requirements.lock
	bash tools/venv.sh "$(PYTHON)" requirements.lock
	touch $@

setup-klynge: $(KLYNGE)  ## sett opp .venv-klynge, med det Snakemake trenger på en klynge

$(KLYNGE): requirements-klynge.lock | $(RUN)
	bash tools/klynge.sh
	touch $@

# The development lock holds everything of the first, so one installation serves both.
$(DEV): requirements-dev.lock
	bash tools/venv.sh "$(PYTHON)" requirements-dev.lock
	touch $(RUN) $@

lock: setup-dev  ## lag låsefilene på nytt etter en endring i requirements*.in
	PATH="$(CURDIR)/$(BIN):$$PATH" bash tools/lock.sh

oppdater: setup-dev  ## nye pakker: lag låsefilene på nytt, bygg med gamle og nye, og vis forskjellen (LAAS=mappe)
	@$(BIN)/python -m tools.oppdater --kjerner $(CORES) $(if $(LAAS),--laas "$(LAAS)")

sjekk-tekst: setup  ## kontroller en tekst mot tallene: make sjekk-tekst FIL=notat.md (AAR=2019, FORMAT=json)
	@$(BIN)/python -m krisestat $@ "$(FIL)" $(AAR) $(if $(filter json,$(FORMAT)),--json)

proev: setup  ## prøv setninger på plassen sin i utgaven: make proev FIL=setninger.tsv (AAR=2020, FORMAT=json)
	@$(BIN)/python -m krisestat $@ "$(FIL)" $(AAR) $(if $(filter json,$(FORMAT)),--json)

omskriv: setup  ## skriv om kall av funksjonene fra før: make omskriv FIL=setninger.tsv
	@$(BIN)/python -m krisestat $@ "$(FIL)"

raadata: setup-dev  ## lag de rekonstruerte eksempeldataene på nytt
	$(BIN)/python -m tools.rekonstruer
	$(BIN)/python -m tools.rekonstruer_avtaler
	$(BIN)/python -m tools.rekonstruer_tilhorighet

ny-kilde: setup  ## ta inn årets svar og lag utkast: make ny-kilde FIL=svar.xlsx AAR=2021 ARKIV=~/arkiv (ARK=Dataset RAD=1)
	@$(BIN)/python -m krisestat $@ "$(FIL)" "$(AAR)" $(if $(ARK),--ark "$(ARK)") $(if $(RAD),--rad "$(RAD)") $(if $(ARKIV),--arkiv "$(ARKIV)")

nytt-kapittel: setup  ## lag filene til et nytt kapittel, som bygges som det er: make nytt-kapittel NAVN=bibliotek
	$(BIN)/python -m krisestat $@ "$(NAVN)"

mottak: setup  ## registrer en mottatt fil: make mottak AAR=2021 MOTTATT=2022-02-01 AV="Kari Nordmann"
	$(BIN)/python -m krisestat $@ "$(AAR)" "$(MOTTATT)" "$(AV)"

# Det en statistiker kjører: bygger det som er endret, og holder alle filene i utgaven mot manifestet og kildene.
kontroll: publication  ## kontroller utgaven: make kontroll, eller make kontroll PUBLIKASJON=beboere AAR=2023
	@$(MAKE) --no-print-directory kontroller AAR=$(PUBLIKASJON:%=%-)$(AAR)

eksempel: setup-dev  ## legg dataene, tekstene og innstillingene som prøvene bruker, i tests/eksempel/utgave.tar.xz
	$(BIN)/python -m tools.eksempel

skrifter: setup-dev  ## lag skriftene som sidene har med seg på nytt, etter at en skrift er byttet
	$(BIN)/python -m tools.skrifter

spraak: setup  ## språket i den ferdige utgaven: rettskriving, husstil, lange setninger, LIX: make spraak AAR=2020
	$(BIN)/python -m krisestat $@ $(AAR)

mottak-avtaler: setup  ## registrer skjemaene i mappen: make mottak-avtaler AAR=2020 MOTTATT=2021-03-01 AV="Kari Nordmann"
	$(BIN)/python -m krisestat $@ "$(AAR)" "$(MOTTATT)" "$(AV)"

avtalepapir: setup  ## saksframlegg og utkast til avtale som DOCX og PDF: make avtalepapir FIL=eksport.json
	$(BIN)/python -m krisestat $@ "$(FIL)"

karantene-avtale: setup  ## ta et skjema ut av bruk: make karantene-avtale AAR=2020 SKJEMA=a027 GRUNN="…" AV="Kari Nordmann" DATO=2021-03-01
	$(BIN)/python -m krisestat $@ "$(AAR)" "$(SKJEMA)" "$(GRUNN)" "$(AV)" "$(DATO)"

kontroller: setup  ## hold resultatene mot manifestet: make kontroller, eller make kontroller AAR=2020-nn
	$(BIN)/python -m krisestat $@ $(AAR)

gjennomgang: setup  ## påstander og advarsler som ingen har sett på ennå: make gjennomgang AAR=2020, og godkjenn dem: AV="Ola Hansen" DATO=2021-03-02
	@$(BIN)/python -m krisestat $@ "$(AAR)" $(if $(AV),--av "$(AV)") $(if $(DATO),--dato "$(DATO)")

# Make's own quoting takes what a text may hold, so it goes through the environment.
signer: export GRUNN := $(GRUNN)
signer: setup  ## vis tekst uten signatur, eller signer: make signer AAR=2020 AV="Kari Nordmann" DATO=2026-11-30 FIL=… GRUNN=…
	@$(BIN)/python -m krisestat $@ "$(AAR)" $(if $(FIL),--fil "$(FIL)") $(if $(SETNING),--setning "$(SETNING)") $(if $(LISTE),--liste "$(LISTE)") $(if $(AV),--av "$(AV)") $(if $(DATO),--dato "$(DATO)") $(if $(SLAATT_OPP),--slaatt-opp "$(SLAATT_OPP)") $(if $(GRUNN),--grunn "$$GRUNN")

publiser: setup  ## frys utgaven i publisert/ når alt er sett på og lagt inn i git: make publiser AAR=2020
	$(BIN)/python -m krisestat $@ "$(AAR)"

frys: setup  ## frys utgaven uten gjennomgang, for en som er publisert fra før: make frys AAR=2020
	$(BIN)/python -m krisestat $@ "$(AAR)"

nettsted: setup  ## nettstedet av de frosne utgavene som er ute den dagen: make nettsted DAG=2026-12-01
	$(BIN)/python -m krisestat $@ "$(DAG)"

utgivelse: setup  ## teksten til utgivelsen av en frossen utgave: make utgivelse AAR=2020 DAG=2026-12-01
	@$(BIN)/python -m krisestat $@ "$(AAR)" "$(DAG)"

reproduser: setup-dev  ## bygg to ganger så ulikt som maskinen tillater, og sammenlikn hver fil
	bash tools/system.sh test
	$(BIN)/python -m tools.reproduser

feilproeve: setup-dev  ## prøv feil en for en på kopier av en bygd utgave: make feilproeve (DEL=frys)
	$(BIN)/python -m tools.feilproeve "$(DEL)"

grunnlinje: setup-dev  ## hold hver byte av utgavene 2018–2020, nb og nn, mot en revisjon: make grunnlinje FRA=…
	$(BIN)/python -m tools.baseline "$(FRA)" $(TIL)

# To mapper med resultater, eller to versjoner av lageret, som begge bygges fra tomt.
sammenlign: setup  ## hva er endret, og hvorfor: GAMMEL=… NY=results/2020, eller FRA=main TIL=HEAD
ifdef FRA
	bash tools/compare-revisions.sh "$(FRA)" "$(or $(TIL),HEAD)" "$(CORES)"
else
	$(BIN)/python -m krisestat $@ "$(GAMMEL)" "$(or $(NY),results/2020)"
endif

forhaandsvis: setup  ## vis publikasjonene i nettleseren mens du redigerer: make forhaandsvis (PORT=8020)
	$(BIN)/python -m tools.forhaandsvis --port "$(or $(PORT),8020)" --kjerner $(CORES)

bilder: setup-dev  ## små bilder av den ferdige utgaven til README, i docs/bilder
	bash tools/system.sh test
	$(BIN)/python -m tools.bilder $(AAR)

spor: setup  ## veien fra en påstand eller et tall til råsvarene: make spor HVA=samarbeid/tilbud=kvinner/instans=politi/2020
	$(BIN)/python -m krisestat $@ "$(HVA)" $(MAPPE)

benchmark: setup-dev  ## mål CPU-tid og minne, som forhold i én kjøring: make benchmark (DEL=innlesing RUNDER=5 UT=maaling.json)
	@$(BIN)/python -m benchmark.run $(DEL:%=--del %) $(RUNDER:%=--runder %) $(UT:%=--ut %)

# De andre verktøyene har sitt eget miljø, så publikasjonen aldri avhenger av dem.
benchmark-peers: setup-dev  ## mål mot andre måter å bygge den samme publikasjonen på: make benchmark-peers (RUNDER=5)
	bash tools/system.sh test
	cd benchmark/peers && bash ../../tools/venv.sh "$(PYTHON)" requirements.lock
	@$(BIN)/python -m benchmark.peers.run $(RUNDER:%=--runder %)
