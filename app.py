"""The doorway: settings, catalogue, screen, launch."""

try:
    import spaces  # noqa: F401  # on ZeroGPU it must come before anything that may touch CUDA
except ImportError:
    pass

import sys

from playground.errors import PlaygroundError
from playground.models.catalogue import Catalogue
from playground.settings import read_settings, writable_home
from playground.ui.shell import build, launch_options
from playground.zero import answered


def main() -> int:
    """Serve the page until it is stopped; gives the exit code."""
    try:
        settings = read_settings().of_page()
        writable_home(settings)
        options = launch_options(settings)
    except PlaygroundError as error:
        print(error, file=sys.stderr)
        return 2
    catalogue = Catalogue(settings, lend=answered)
    try:
        build(catalogue, settings).launch(**options)
    finally:
        catalogue.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
