"""check_layers and check_sizes on small trees made here."""
import importlib.machinery
import importlib.util
import pathlib
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"

TABLE = """
core :            | json
nn   : core       | torch
face : nn/layers core |
header error.h : core
header face.h  : face
"""


def load(name):
    loader = importlib.machinery.SourceFileLoader(name, str(TOOLS / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


class Tree(unittest.TestCase):
    """A folder with a layer table, filled by write()."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("cmake/layers.txt", TABLE)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Layers(Tree):
    layers = load("check_layers")

    def wrong(self):
        return self.layers.check(self.root)

    def test_listed_edges_pass(self):
        self.write("include/mien/error.h", "#include <string>\n")
        self.write("src/mien/nn/a.cpp", '#include <ATen/Tensor.h>\n#include "mien/core/x.h"\n#include "mien/error.h"\n')
        self.write("src/mien/nn/CMakeLists.txt", "mien_module(NAME nn SOURCES a.cpp DEPENDS core TORCH)")
        self.write("src/mien/face/b.cpp", '#include "mien/nn/layers/x.h"\n#include "mien/nn/layers_y.h"\n#include "mien/face.h"\n')
        self.assertEqual(self.wrong(), [])

    def test_upward_and_partial_edges(self):
        self.write("src/mien/core/a.cpp", '\n#include "mien/nn/x.h"\n')
        self.write("src/mien/face/b.cpp", '#include "mien/nn/models/vit.h"\n')
        self.assertEqual(self.wrong(), [
            "src/mien/core/a.cpp:2: core may not include mien/nn/x.h",
            "src/mien/face/b.cpp:1: face may not include mien/nn/models/vit.h"])

    def test_third_party_stays_where_the_table_says(self):
        self.write("src/mien/core/a.h", "#include <torch/torch.h>\n// #include <opencv2/core.hpp>\n")
        self.assertEqual(self.wrong(), ["src/mien/core/a.h:1: core may not use torch (torch/torch.h)"])

    def test_installed_headers_are_plain(self):
        self.write("include/mien/error.h", '#include <ATen/Tensor.h>\n#include "mien/core/x.h"\n#include "mien/face.h"\n')
        self.write("include/mien/other.h", "")
        self.write("src/mien/nn/a.cpp", '#include "mien/face.h"\n')
        self.assertEqual(len(self.wrong()), 4, self.wrong())

    def test_cmake_lists_what_is_included(self):
        self.write("src/mien/nn/a.cpp", '#include "mien/core/x.h"\n#include <ATen/Tensor.h>\n')
        self.write("src/mien/nn/CMakeLists.txt", "mien_module(NAME nn SOURCES a.cpp OPENCV)")
        self.write("src/mien/face/a.cpp", "")
        self.write("src/mien/face/CMakeLists.txt", "mien_module(NAME face SOURCES a.cpp DEPENDS core LIBRARIES json)")
        self.assertEqual(len(self.wrong()), 5, self.wrong())

    def test_unknown_module(self):
        self.write("src/mien/extra/a.cpp", "")
        self.assertEqual(len(self.wrong()), 1)


class Sizes(Tree):
    sizes = load("check_sizes")

    def wrong(self, text):
        self.write("src/mien/a.cpp", text)
        return self.sizes.check(self.root)

    def test_limits_themselves_pass(self):
        body = "  f();\n" * 58
        self.assertEqual(self.wrong("void g() {\n" + body + "}\n" + "//\n" * 339 + "// " + "x" * 97), [])

    def test_long_function_with_its_head(self):
        body = "  if (a) { f('{', \"}\"); }  // }\n" * 59
        for head in ("int g(int a) {\n", "namespace n {\nint C::g() const noexcept {\n", "TEST(A, B) {\n",
                     "struct S {\n S() : a_(1), b_{2} {\n", "auto g() -> int {\n", "bool operator==(C) {\n"):
            found = self.wrong(head + body + "}\n")
            self.assertEqual(len(found), 1, head)
            self.assertIn("61 lines (at most 60)", found[0])

    def test_long_tables_and_classes_are_no_functions(self):
        rows = "  {1, f(2)},\n" * 70
        self.assertEqual(self.wrong("const Row kRows[] = {\n" + rows + "};\nclass C {\n" + "  int a;\n" * 70 + "};\n"), [])

    def test_long_file_and_line(self):
        self.assertEqual(len(self.wrong("//\n" * 401)), 1)
        self.assertEqual(len(self.wrong("// " + "x" * 98)), 1)


if __name__ == "__main__":
    unittest.main()
