"""bench/tracking.py on cases worked by hand."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))

import tracking  # noqa: E402
from tracking import Box  # noqa: E402


def at(who, x, visible=1.0):
    return Box(who, x, 0, 10, 10, visible)


def scores(truth, rows):
    """Both: one list of boxes a frame."""
    return tracking.score(dict(enumerate(truth)), dict(enumerate(rows)))


class Overlap(unittest.TestCase):
    def test_known_overlaps(self):
        self.assertEqual(tracking.overlap(at("a", 0), at("b", 0)), 1)
        self.assertEqual(tracking.overlap(at("a", 0), at("b", 10)), 0)
        self.assertAlmostEqual(tracking.overlap(at("a", 0), at("b", 5)), 50 / 150)


class Score(unittest.TestCase):
    def test_all_found(self):
        result = scores([[at("A", 0), at("B", 50)]] * 4, [[at("2", 51), at("1", 1)]] * 4)
        self.assertEqual((result.recall, result.precision, result.switches, result.fragments), (1, 1, 0, 0))
        self.assertEqual((result.faces, result.people, result.ids), (8, 2, 2))

    def test_recall_and_precision(self):
        # Found, missed, a box elsewhere beside a missed face, a box that overlaps by a third only.
        result = scores([[at("A", 0)]] * 4, [[at("1", 0)], [], [at("1", 90)], [at("1", 5)]])
        self.assertEqual(result.recall, 1 / 4)
        self.assertEqual(result.precision, 1 / 3)

    def test_a_box_finds_one_face(self):
        result = scores([[at("A", 0), at("B", 1)]], [[at("1", 0)]])
        self.assertEqual((result.found, result.faces), (1, 2))

    def test_two_boxes_on_one_face(self):
        result = scores([[at("A", 0)]], [[at("1", 0), at("2", 1)]])
        self.assertEqual((result.found, result.false_alarms), (1, 1))

    def test_swapped_ids_are_two_switches(self):
        truth = [[at("A", 0), at("B", 50)]] * 3
        rows = [[at("1", 0), at("2", 50)], [at("2", 0), at("1", 50)], [at("2", 0), at("1", 50)]]
        self.assertEqual(scores(truth, rows).switches, 2)

    def test_ids_count_as_switched_over_a_gap_too(self):
        truth = [[at("A", 0)]] * 3
        result = scores(truth, [[at("1", 0)], [], [at("2", 0)]])
        self.assertEqual((result.switches, result.fragments), (1, 1))

    def test_fragments_are_gaps_with_an_end(self):
        truth = [[at("A", 0)]] * 7
        found, none = [at("1", 0)], []
        self.assertEqual(scores(truth, [none, found, none, none, found, none, found]).fragments, 2)
        self.assertEqual(scores(truth, [none, none, found, found, found, none, none]).fragments, 0)

    def test_hidden_faces_count_neither_way(self):
        truth = [[at("A", 0)], [at("A", 0, 0.2)], [at("A", 0, 0.2)], [at("A", 0)]]
        result = scores(truth, [[at("1", 0)], [], [at("1", 0)], [at("1", 0)]])
        self.assertEqual((result.faces, result.found, result.false_alarms, result.fragments), (2, 2, 0, 0))

    def test_another_id_after_hiding_is_a_switch(self):
        truth = [[at("A", 0)], [at("A", 0, 0)], [at("A", 0)]]
        self.assertEqual(scores(truth, [[at("1", 0)], [], [at("2", 0)]]).switches, 1)

    def test_the_id_of_last_time_goes_before_the_larger_overlap(self):
        # B stands where both boxes overlap it by half; its own box is the further one.
        truth = [[at("A", 0), at("B", 6)], [at("A", 0), at("B", 2)]]
        rows = [[at("1", 0), at("2", 6)], [at("1", 2), at("2", 4)]]
        self.assertEqual(scores(truth, rows).switches, 0)

    def test_sums(self):
        one = scores([[at("A", 0)]], [[at("1", 0)]])
        none = scores([[at("A", 0)]] * 2, [])
        self.assertEqual((one + none).recall, 1 / 3)

    def test_nothing_at_all(self):
        empty = tracking.Scores()
        self.assertEqual((empty.recall, empty.precision), (1, 1))


class Files(unittest.TestCase):
    def test_rows_of_the_program(self):
        with tempfile.TemporaryDirectory() as folder:
            truth, rows = pathlib.Path(folder, "truth.csv"), pathlib.Path(folder, "rows.csv")
            truth.write_text("frame,person,x,y,width,height,visible\n0,1,0,0,10,10,1.000\n1,1,0,0,10,10,1.000\n")
            rows.write_text("input,frame,face_id,success,x,y,width,height,p_anger\n"
                            "a.mp4,0,1,1,1,0,10,10,0.5\na.mp4,1,,0,,,,,\n")
            result = tracking.score_files(truth, rows)
        self.assertEqual((result.faces, result.found, result.false_alarms), (2, 1, 0))


if __name__ == "__main__":
    unittest.main()
