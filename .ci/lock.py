"""Write down every package that is installed, with the digests of its files.

    python .ci/lock.py            # keeps what is locked, adds and drops what pyproject.toml asks
    python .ci/lock.py --upgrade  # takes the newest of everything that pyproject.toml admits

The list holds for Python 3.11 and later on any system, names no package index, and leaves out
the GPU libraries that the plain wheel of torch asks for: Motbild runs without them.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / ".ci" / "locked.txt"
# Only for graphics cards; asked for by the plain wheel of torch on Linux and by no CPU build.
GPU = (
    *("cuda-bindings", "cuda-pathfinder", "cuda-toolkit", "nvidia-cublas", "nvidia-cuda-cupti"),
    *("nvidia-cuda-nvrtc", "nvidia-cuda-runtime", "nvidia-cudnn-cu13", "nvidia-cufft"),
    *("nvidia-cufile", "nvidia-curand", "nvidia-cusolver", "nvidia-cusparse"),
    *("nvidia-cusparselt-cu13", "nvidia-nccl-cu13", "nvidia-nvjitlink", "nvidia-nvshmem-cu13"),
    *("nvidia-nvtx", "triton"),
)
# Files of torch that stand on PyTorch's own index for CPU builds and not on the usual one.
CPU_BUILDS = {
    "torch==2.13.0": (
        # 2.13.0+cpu, cp311, manylinux_2_28_x86_64
        "sha256:6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",
    )
}


def lock(options: list[str]) -> None:
    """Resolve what pyproject.toml asks for and write the list."""
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--all-extras"),
        *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate"),
        *("--no-header", "--no-emit-index-url", "--quiet", "--output-file", str(LOCK)),
        *("--no-emit-package", "pip"),
        *(part for name in GPU for part in ("--no-emit-package", name)),
        *options,
    ]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - what stands above
    LOCK.write_text(_with_cpu_builds(LOCK.read_text(encoding="utf-8")), encoding="utf-8")


def _with_cpu_builds(text: str) -> str:
    # What is left out is named in comments at the end, which a list needs not hold.
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for name, digests in CPU_BUILDS.items():
        place = lines.index(f"{name} \\")
        missing = [digest for digest in digests if digest not in text]
        lines[place + 1 : place + 1] = [f"    --hash={digest} \\" for digest in missing]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    lock(sys.argv[1:])
