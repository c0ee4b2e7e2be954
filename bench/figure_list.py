"""The figures of `make bench`: one entry each. A new figure is an entry here and a part of mien_figures (or of the program).

An entry says how to run ours and the peers; each prints one JSON line with `per_second`, `seconds` and `peak_mebibytes`.
`bench/run` runs them in turn, ours and the peers in one round, and takes the medians over the rounds. What is no speed
(scores, memory) is a `Table` of its own. Figures of reading stand in reading_figures.py, those of the
networks that the paper compares with in network_figures.py.
"""
from entries import Entry, Figure, LeftOut, Table  # noqa: F401 (bench/run takes them from here)
import mask_curve
import network_figures
import reading_figures

# Multiply-adds times two in the matrix products of the plain model, a picture (method sections 2 and 4): 12 blocks of
# 12 D^2 products a token, attention, patch embedding; a training step is three forwards, less the patch embedding's input.
WIDTH, DEPTH, TOKENS, PATCHES = 768, 12, 197, 196
_EMBED = 2e-9 * PATCHES * 768 * WIDTH
_BLOCKS = 2e-9 * DEPTH * (TOKENS * 12 * WIDTH**2 + 2 * TOKENS**2 * WIDTH)
VIT_FORWARD = _EMBED + _BLOCKS
VIT_STEP = 2 * _EMBED + 3 * _BLOCKS
# ResNet-18 without its classifier and four heads (1x1 512->256, then 3x3, 1x3 and 3x1 256->512 on 7x7).
DAN_FORWARD = 2 * 1.814 + 2e-9 * 4 * 49 * (512 * 256 + 15 * 256 * 512)
EMMA_STEP = VIT_STEP + DAN_FORWARD


def cotex_step(mask):
    """Of a picture: a step of two ViTs that read the class token and what the mask, in per cent, leaves."""
    tokens = mask_curve.tokens_of(mask)
    embed = 2e-9 * (tokens - 1) * 768 * WIDTH
    blocks = 2e-9 * DEPTH * (tokens * 12 * WIDTH**2 + 2 * tokens**2 * WIDTH)
    return 2 * (2 * embed + 3 * blocks)


def mae_step():
    """Of a picture: a step over the class token and a quarter of the patches, and of the decoder (512 x 8) over all tokens."""
    kept, narrow, blocks = PATCHES // 4, 512, 8
    embed = 2e-9 * kept * 768 * WIDTH
    encoder = 2e-9 * DEPTH * ((kept + 1) * 12 * WIDTH**2 + 2 * (kept + 1)**2 * WIDTH)
    decoder = 2e-9 * blocks * (TOKENS * 12 * narrow**2 + 2 * TOKENS**2 * narrow)
    ends = 2e-9 * ((kept + 1) * WIDTH * narrow + TOKENS * narrow * 768)
    return 2 * embed + 3 * (encoder + decoder + ends)


def _flags(context, precision, batch):
    """A precision that the machine only emulates takes minutes a call: one repetition shows it."""
    steps = ("30" if batch == 1 else "3") if context.native(precision) else "1"
    return ["--batch", str(batch), "--precision", precision, "--threads", str(context.threads),
            "--steps", steps, "--warmup", "1"]


def _emma_step(precision):
    def make(context):
        native = context.native(precision)
        batch = 16 if native else 2
        flags = _flags(context, precision, batch)
        return Figure(
            title=f"EMMA training step, ViT-B/16 at 224, {precision}, batch {batch}",
            ours=[context.figures, "emma-step", *flags],
            peers={"PyTorch eager, fused AdamW": context.peer("emma_step", *flags)},
            goal="at least PyTorch's, memory no more",
            rounds=3 if native else 1, gigaflop=EMMA_STEP)

    return Entry(f"emma-step-{precision}", make, precision)


def _cotex_step(precision, mask):
    def make(context):
        native = context.native(precision)
        batch = mask_curve.grown(16, mask) if native else 2
        flags = [*_flags(context, precision, batch), "--mask", str(mask)]
        return Figure(
            title=f"CoTEX training step, two ViT-B/16 at 224, mask {mask} %, {precision}, batch {batch}",
            ours=[context.figures, "cotex-step", *flags],
            peers={"PyTorch eager, fused AdamW": context.peer("cotex_step", *flags)},
            goal="1.15 times PyTorch's behind a mask", rounds=3 if native else 1, gigaflop=cotex_step(mask))

    return Entry(f"cotex-step-{precision}-{mask}", make, precision)


def _mae_step(precision):
    def make(context):
        native = context.native(precision)
        batch = 32 if native else 2
        flags = _flags(context, precision, batch)
        return Figure(
            title=f"MAE training step, ViT-B/16 at 224, {precision}, batch {batch}",
            ours=[context.figures, "mae-step", *flags],
            peers={"transformers' ViTMAE, fused AdamW": context.peer("mae_step", *flags)},
            goal="1.15 times PyTorch's", rounds=3 if native else 1, gigaflop=mae_step())

    return Entry(f"mae-step-{precision}", make, precision)


def _vit_eval(precision, batch):
    def make(context):
        flags = _flags(context, precision, batch)
        return Figure(
            title=f"ViT-B/16 evaluation at 224, {precision}, batch {batch}",
            ours=[context.figures, "vit-eval", *flags],
            peers={"torch.compile, frozen": context.peer("vit_eval", "--mode", "compile", *flags),
                   "PyTorch eager": context.peer("vit_eval", *flags)},
            goal="at least torch.compile's",
            rounds=5 if context.native(precision) else 1, gigaflop=VIT_FORWARD)

    return Entry(f"vit-eval-{precision}-{batch}", make, precision)


def _loader(context):
    folder = str(context.fixtures.drawn_set)
    return Figure(
        title="Loader: 112x112 JPEG to augmented 224 tensors, one worker, no cache",
        ours=[context.figures, "loader", "--data", folder],
        peers={"Pillow and numpy, one process": context.peer("loader", "--data", folder)},
        goal="700 images/s a core", digits=0)


def _list(context):
    file = str(context.fixtures.long_list)
    return Figure(
        title="List of 100,000 lines read",
        ours=[context.figures, "list", "--list", file],
        peers={"Python's csv module": context.peer("list_reading", "--list", file)},
        goal="under 0.5 s", unit="s", digits=3, higher_is_better=False)


def _video(context, name, file, threads):
    return Figure(
        title=f"Frames of {name} to RGB, {threads} {'thread' if threads == 1 else 'threads'}",
        ours=[context.figures, "read-video", "--video", str(file), "--threads", str(threads), "--steps", "3"],
        peers={}, goal="memory that does not grow with length", unit="frames/s", digits=0, rounds=3)


def _short_video(threads):
    return lambda context: _video(context, "a 30 s video, 1280 x 720", context.fixtures.video(750), threads)


def _long_video(context):
    return _video(context, "a 30 min video, 1280 x 720", context.fixtures.video(45_000), 2)


def _start_up(context):
    folder, what = context.fixtures.start_up_set
    return Figure(
        title=f"`mien train emma` to its first step, {what}",
        ours=[context.python, "bench/start_up.py", str(context.program), str(folder)],
        peers={}, goal="under 3 s", unit="s", higher_is_better=False)


ENTRIES = [
    *(_emma_step(precision) for precision in ("float32", "bfloat16")),
    *(_cotex_step(precision, mask) for precision in ("float32", "bfloat16") for mask in (0, 75, 95)),
    *(_mae_step(precision) for precision in ("float32", "bfloat16")),
    *mask_curve.ENTRIES,
    *(_vit_eval(precision, batch) for precision in ("float32", "bfloat16") for batch in (1, 8)),
    *network_figures.ENTRIES,
    Entry("loader", _loader),
    Entry("list", _list),
    *(Entry(f"video-30s-{threads}", _short_video(threads)) for threads in (1, 2)),
    Entry("video-30min", _long_video),
    Entry("start-up", _start_up),
    *reading_figures.ENTRIES,
]
