"""A ViT-T/16 EMMA, with a DAN of half width as the recipes for small machines have it, that reads faces in eager PyTorch, one face a call."""
import torch

import measure
from networks import EMMA

FACES = 32  # a repetition


def main():
    flags = measure.parser(__doc__, batch=1)
    flags.add_argument("--size", type=int, default=224, help="pixels")
    options = flags.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = EMMA(size=options.size, width=192, heads=3, dan_width=32).eval()
    faces = torch.randn(FACES, 3, options.size, options.size)

    def read():
        with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16"):
            for first in range(0, FACES, options.batch):
                model(faces[first:first + options.batch])

    with torch.no_grad():
        timing = measure.timed(read, options.steps, options.warmup)
        if options.profile:
            measure.profiled(read, options.profile)
    measure.report("read-faces", FACES, timing)


if __name__ == "__main__":
    main()
