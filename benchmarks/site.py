"""Time the site of a catalogue of many indicators with figures of several years.

    python benchmarks/site.py [--indicators 250 500 1000] [--years 2021 2022 2023] [--rows 200]

The catalogue is that of `benchmarks/catalogue.py`; its data are invented here, the same ones for the same
numbers; with `--years` and nothing behind it there are none. Printed are seconds by the clock for reading the
definitions, for computing all figures, and for making and writing all pages and downloads of both languages;
all of it by the clock and by the processor; the number of files and their size.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from catalogue import GRADES, PAIRS, POSTS, SEED, invent

import engine
from engine.site import site, write


def invent_data(folder: Path, years: list[int], rows: int) -> None:
    """Write the files of all sources below *folder* for *years*."""
    chance = random.Random(SEED)
    for year in years:
        target = folder / "data" / str(year)
        target.mkdir(parents=True, exist_ok=True)
        for pair in range(PAIRS):
            people = [
                f"p{number},{chance.choice('abcd')},{chance.choice(('PNS', 'PPPK', 'CPNS'))},"
                f"{chance.choice(GRADES)},{chance.choice(POSTS)},{chance.randrange(101)},{chance.randrange(200)}"
                for number in range(rows)
            ]
            kinds = ("teknis", "seminar")
            deeds = [
                f"p{chance.randrange(rows)},{chance.choice(kinds)},{chance.randrange(60)},{year}"
                for _ in range(2 * rows)
            ]
            for name, head, lines in (
                (f"laporan_{pair}", "kode,unit_kerja,status,pendidikan,jabatan,skor,hadir", people),
                (f"kegiatan_{pair}", "pegawai,jenis,jam,tahun", deeds),
            ):
                (target / f"{name}.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def measured(folder: Path, indicators: int, years: list[int], rows: int) -> str:
    """Return one line of the table."""
    definitions, target = folder / f"definitions_{indicators}", folder / f"site_{indicators}"
    invent(definitions, indicators)
    invent_data(definitions, years, rows)
    begun, busy = time.perf_counter(), time.process_time()
    catalogue = engine.load(definitions)
    loaded = time.perf_counter()
    made = site(catalogue)
    computed = time.perf_counter()
    write(target, made, force=False)
    done = time.perf_counter()
    size = sum((target / file.path).stat().st_size for file in made.files) / 1e6
    return (
        f"{indicators:10}  {loaded - begun:8.1f}  {computed - loaded:8.1f}  {done - computed:8.1f}  "
        f"{done - begun:8.1f}  {time.process_time() - busy:9.1f}  {len(made.files):6}  {size:6.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--indicators", type=int, nargs="+", default=[250, 500, 1000])
    parser.add_argument("--years", type=int, nargs="*", default=[2021, 2022, 2023])
    parser.add_argument("--rows", type=int, default=200)
    chosen = parser.parse_args()
    print("indicators   reading   figures     pages     total  processor   files      MB")
    for count in chosen.indicators:
        with tempfile.TemporaryDirectory() as folder:
            print(measured(Path(folder), count, chosen.years, chosen.rows), flush=True)


if __name__ == "__main__":
    main()
