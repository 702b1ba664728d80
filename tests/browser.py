"""A real Chromium for tests: Debian's where there is one, else the one inside the npm package @sparticuz/chromium.

CHROMIUM=packaged takes the second although the first is there; CHROMIUM=/path/to/chromium takes another.

The packaged one is unpacked once into .local/chromium/, with the libraries and fonts it ships, so that a machine
with neither apt rights nor a desktop can run the browser tests.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
UNPACKED = ROOT / ".local" / "chromium"
SYSTEM_CHROMIUM = Path("/usr/bin/chromium")
PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium" / "package.json"
PACKAGED = "packaged"
SECOND_TYPEFACE = "fontpkg_atkinson_hyperlegible"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--no-zygote",
    "--disable-background-networking",
    "--disable-quic",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
]
UNPACK = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();'
# Two typefaces that differ wherever the tests run: ours is drawn in one, what the browser falls back on in the other.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>/usr/share/fonts</dir>{folders}<cachedir>{cache}</cachedir>
<alias binding="strong"><family>serif</family><prefer><family>Atkinson Hyperlegible</family></prefer></alias>
<alias binding="strong"><family>sans-serif</family><prefer><family>Liberation Sans</family><family>Open Sans</family>
<family>DejaVu Sans</family></prefer></alias>
</fontconfig>
"""


def node() -> str:
    """Find Node: the virtual environment's own first, then the machine's."""
    path = os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ.get("PATH", "")])
    found = shutil.which("node", path=path)
    if not found:
        raise RuntimeError(
            "No Node.js found: run `make` first, it installs one into the virtual environment."
        )
    return found


def chromium() -> tuple[str, dict[str, str]]:
    """Return the browser's path and the environment it needs, unpacking it on first use."""
    chosen = os.environ.get("CHROMIUM") or (str(SYSTEM_CHROMIUM) if SYSTEM_CHROMIUM.exists() else PACKAGED)
    if chosen != PACKAGED:
        return chosen, {**os.environ, "FONTCONFIG_FILE": _fonts()}
    if not PACKAGE.exists():
        raise RuntimeError("No Chromium found: run `npm ci` (or `make`), which brings one.")
    _unpack_once()
    libraries = [str(UNPACKED / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    return str(UNPACKED / "chromium"), {
        **os.environ,
        "LD_LIBRARY_PATH": ":".join(filter(None, libraries)),
        "FONTCONFIG_FILE": _fonts(),
    }


def _fonts() -> str:
    """Write the fonts' configuration, which is never read half written."""
    second = find_spec(SECOND_TYPEFACE)  # only its files: none of the package's code is run
    places = (second.submodule_search_locations if second else None) or []
    folders = [UNPACKED / "fonts", *(Path(place) / "files" for place in places)]
    written = FONTS.format(
        folders="".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders),
        cache=escape(str(UNPACKED / "fonts-cache")),
    )
    UNPACKED.parent.mkdir(exist_ok=True)
    half, whole = UNPACKED.parent / f"fonts-{os.getpid()}.conf", UNPACKED.parent / "fonts.conf"
    half.write_text(written, encoding="utf-8")
    half.replace(whole)
    return str(whole)


def _unpack_once() -> None:
    UNPACKED.mkdir(parents=True, exist_ok=True)
    stamp, wanted = UNPACKED / "version", PACKAGE.read_text(encoding="utf-8")
    with (UNPACKED / "lock").open("w") as lock:  # xdist workers start together
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return
        for old in UNPACKED.iterdir():
            if old.name != "lock":
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        # The package unpacks into the temporary directory, and its libraries only where it believes to be in Lambda.
        environment = {**os.environ, "TMPDIR": str(UNPACKED), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
        subprocess.run(
            [node(), "--input-type=module", "-e", UNPACK], cwd=ROOT, env=environment, check=True, timeout=120
        )
        stamp.write_text(wanted, encoding="utf-8")
