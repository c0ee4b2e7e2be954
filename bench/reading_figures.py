"""The figures of reading: speed beside peers, its stages, who is who on made clips, memory, faces found in photographs."""
from entries import Entry, Figure, LeftOut, Table
import tracking

FACES = {"one": 1, "five": 5}  # in the scenes that speed is measured on
GOALS = {"one": 60, "five": 30}
SCENES = ("one", "five", "cross", "hide")
SEEDS = (1, 2, 3)


def _analyse(context, video, **flags):
    """The command that reads a video once."""
    given = {"threads": context.threads, "steps": 1, "warmup": 0, **flags}
    return [context.figures, "analyse-clip", "--video", str(video), "--model", str(context.fixtures.network),
            *(part for name, value in given.items() for part in (f"--{name.replace('_', '-')}", str(value)))]


def _read(scene, precision):
    def make(context):
        clip, _ = context.fixtures.clip(scene)
        peers = {}
        if precision == "float32":
            peers["MediaPipe face mesh"] = context.peer(
                "face_mesh", "--video", str(clip), "--faces", str(FACES[scene]), "--steps", "1", packages="peers-mediapipe")
        faces = "one face" if FACES[scene] == 1 else f"{FACES[scene]} faces"
        return Figure(
            title=f"A video read, 1280 x 720, {faces}, {context.fixtures.network_words}, {precision}",
            ours=_analyse(context, clip, precision=precision, warmup=1), peers=peers,
            goal=f"{GOALS[scene]} frames/s", unit="frames/s", digits=1, rounds=3)

    name = "read-one-face" if scene == "one" else "read-five-faces"
    return Entry(f"{name}-{precision}", make, precision, only_native=True)


def _network(precision):
    def make(context):
        size = context.fixtures.network_size
        if not size:
            raise LeftOut("its peer is the ViT-T EMMA that is read with unless --model is given")
        flags = ["--precision", precision, "--threads", str(context.threads)]
        return Figure(
            title=f"{context.fixtures.network_words} alone, {precision}, batches of 32",
            ours=[context.figures, "read-faces", "--model", str(context.fixtures.network), *flags],
            peers={"PyTorch eager, one face a call": context.peer("read_faces", "--size", str(size), *flags)},
            goal="at least twice PyTorch's", unit="faces/s", digits=1)

    return Entry(f"read-network-{precision}", make, precision, only_native=True)


def _scored(context, scene, seed, detect_every):
    clip, truth = context.fixtures.people_clip(scene, seed)
    rows = truth.with_suffix(".rows")
    context.run_json(_analyse(context, clip, detect_every=detect_every, rows=rows))
    return tracking.score_files(truth, rows)


def _tracking_row(scene, detect_every, scores):
    return [scene, str(detect_every), f"{scores.recall:.4f}", f"{scores.precision:.4f}", str(scores.switches),
            str(scores.fragments), str(scores.people), str(scores.ids)]


def _tracking(context):
    context.fixtures.london  # raises LeftOut now
    seeds = SEEDS[:1] if context.quick else SEEDS

    def rows():
        for every in (1, 15):
            total = tracking.Scores()
            for scene in SCENES:
                each = [_scored(context, scene, seed, every) for seed in seeds]
                scores = sum(each, tracking.Scores())
                total += scores
                yield _tracking_row(scene, every, scores)
            yield _tracking_row("all", every, total)

    return Table(
        f"People followed in made clips ({len(seeds)} of 10 s a scene, 30 frames/s, 1280 x 720; {context.fixtures.network_words})",
        ["scene", "faces looked for every", "recall", "precision", "id switches", "fragments", "people", "ids"], rows)


def _memory(context):
    # At 30 frames/s, all of them read, it would take an hour; of five faces, which move little, even so few are followed.
    rate, every = 10, 10

    def rows():
        for seconds, words in ((30, "30 s"), (1800, "30 min")):
            clip, _ = context.fixtures.clip("five", seconds, rate)
            result = context.run_json(_analyse(context, clip, every=every))
            yield [words, str(result["frames"]), str(result["faces"]), f"{result['peak_mebibytes']:.1f}"]

    return Table(f"Memory of a video that is read, 1280 x 720, five faces, {rate} frames/s, every {every}th frame "
                 f"({context.fixtures.network_words})", ["length", "frames read", "faces read", "peak MiB"], rows)


def _detection(context):
    groups = context.fixtures.shared_path("data/groups", "nine photographs with boxes")
    detectors = {"MTCNN": "mtcnn"}
    found = sorted((groups.parents[1] / "models").glob("face_detection_yunet*.onnx"))
    if found:
        detectors["YuNet"] = str(found[-1])

    def rows():
        for name, detector in detectors.items():
            result = context.run_json([context.figures, "detect-groups", "--data", str(groups), "--detector", detector,
                                       "--threads", str(context.threads)])
            yield [name, f"{result['found']} of {result['faces']}", str(result["false_alarms"]), f"{result['recall']:.3f}",
                   f"{result['precision']:.3f}", f"{result['seconds']:.2f}"]

    return Table("Faces found in nine photographs of several people (overlap of union at least 0.5)",
                 ["detector", "faces found", "false alarms", "recall", "precision", "seconds for all"], rows)


ENTRIES = [
    *(_read(scene, precision) for scene in FACES for precision in ("float32", "bfloat16")),
    *(_network(precision) for precision in ("float32", "bfloat16")),
    Entry("tracking", _tracking),
    Entry("detection", _detection),
    Entry("read-memory", _memory, quick=False),
]
