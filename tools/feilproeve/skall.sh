# What can happen to files and around a command, and what people do: functions for the faults and edits of feil.yaml.
shopt -s globstar failglob
ut=results/2020/ut merker=.snakemake/krisestat lager=results/.lager raa=data/raw malen=templates/felles/sjekkliste.html.j2
side=$ut/publikasjon/index.html pdf=$ut/publikasjon/publikasjon.pdf tall=$ut/utdata/samarbeid.csv listen=$ut/sjekkliste
manifest=results/2020/manifest.json
halve() { for file; do truncate -s $(($(stat -c %s "$file") / 2)) "$file"; done; }
empty() { truncate -s 0 "$@"; }
damage() {
    for file; do printf '\1' | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") / 2)) conv=notrunc status=none; done
}
garble() { for file; do printf '\0\377\376' | cat - "$file" > "$BESIDE/ny"; cat "$BESIDE/ny" > "$file"; done; }
swap() { mv "$1" "$BESIDE/en"; mv "${@: -1}" "$1"; mv "$BESIDE/en" "${@: -1}"; }
# A text is another in a file, the third word, the first time that it stands there.
replace() { grep -q "$1" "$3" && sed -i "0,/$1/s//$2/" "$3"; }
number() { replace $'32\xc2\xa0av\xc2\xa043' $'41\xc2\xa0av\xc2\xa043' "$1"; }
# After a command, a file, the first word, has the time that it had.
same_time() { touch -r "$1" "$BESIDE/tid"; "${@:2}"; touch -r "$BESIDE/tid" "$1"; }
digest() { sha256sum "$1" | cut -c 1-64; }
# The page of an edition, in its folder, the first word, is altered, and so is what some files say of it.
forge() {
    local page=$1/ut/publikasjon/index.html before=$(digest $1/ut/publikasjon/index.html)
    number $page
    sed -i "s/$before/$(digest $page)/" "${@:2}"
}
seal() { "$PYTHON" -c "import json; from pathlib import Path; from krisestat.release.manifest import manifest_text
path = Path('$1'); content = json.loads(path.read_text('utf-8')); del content['kontrollsum']
path.write_text(manifest_text(content), 'utf-8')"; }
krisestat() { "$PYTHON" -m krisestat "$@"; }
commit() { git add -A "$@"; git -c user.name=x -c user.email=x@example.org -c commit.gpgsign=false commit -qm x; }
# One answer of 2018 is another, and the file is registered.
answer() {
    local raw=$raa/2018/samarbeid_p2018.csv
    LC_ALL=C awk -F ';' -v OFS=';' 'NR == 1 { while ($++at !~ /^boligkontor_kvinner_fast_kontakt/); }
        NR > 1 && !done && $at ~ /^(Ja|Nei)$/ { $at = $at == "Ja" ? "Nei" : "Ja"; done = 1 } 1' $raw > "$BESIDE/ny"
    cat "$BESIDE/ny" > $raw
    sed -i "s/^sha256: .*/sha256: $(digest $raw)/" $raa/2018/kilde.yaml
}

# Around a command, the last words. A point of it is an audit event and the pattern of a file that it is about.
killed() { FEILPUNKT="drep|$1|$2" "${@:3}"; echo "ingen prosess kom til $1 $2"; exit 99; }
# Something, the third word, happens while the command stands still just before a point; then it goes on.
meanwhile() {
    local code=0 command=("${@:4}")
    FEILPUNKT="vent|$1|$2" "${command[@]}" &
    while [ ! -e "$BESIDE/punkt" ]; do kill -0 $! || { echo "ingen prosess kom til $1 $2"; exit 99; }; sleep 0.02; done
    eval "$3" || code=$?
    rm "$BESIDE/punkt"
    wait $! || code=$?
    exit $code
}
twice() { meanwhile "$1" "$2" '"${command[@]}"' "${@:3}"; }
# By somebody who may read all, and write in all but what a command, the first word, finds.
closed() {
    local code=0 files=$($1)
    [ -z "$NOBODY" ] || chown -R 65534:65534 "$BESIDE"
    chmod a-w $files
    $NOBODY "${@:2}" || code=$?
    chmod u+w $files
    exit $code
}
# With mounts of its own, which end with it.
mounts() { unshare --mount $([ "$(id -u)" = 0 ] || echo --map-root-user) bash -euc "$1" bash "${@:2}"; }
read_only() { mounts 'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; cd "$PWD"; shift; "$@"' "$@"; }
# On a disk with so many kB left, for all of the project or one folder of it.
small_disk() {
    mounts 'room=$1 folder=$2 own=$BESIDE/disk; shift 2; mkdir "$own"; mount --bind $folder "$own"
        mount -t tmpfs -o size=$(($(du -sk $folder | cut -f 1) + room + 4096))k x $folder
        cd "$PWD"; cp -a "$own/." $folder; full=$(ls -d $folder/.snakemake $folder/.lager 2> /dev/null || true)/full
        fallocate -l $(($(df -k --output=avail $folder | tail -n 1) - room))k $full; code=0; "$@" || code=$?
        rm $full; find "$own" -mindepth 1 -delete; cp -a $folder/. "$own"; exit $code' "$@"
}
full_tmp() { mounts 'mount -t tmpfs -o size=16k x "$TMPDIR"; head -c 16384 /dev/zero > "$TMPDIR/full"; "$@"' "$@"; }
# No file may be larger than 40 kB.
small_files() { ulimit -f 40; "$@"; }
