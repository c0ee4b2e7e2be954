#include "mien/nn/onnx/onnx_model.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/softmax.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/dnn.hpp>

#include "mien/core/files.h"
#include "mien/nn/network.h"
#include "mien/nn/onnx/export_onnx.h"

#include "formula.h"
#include "temp_folder.h"
#include "tensor_checks.h"
#include "thrown.h"

namespace mien {
namespace {

using testing::HasSubstr;

/// A plain CNN. OpenCV 4.6 has no LayerNormalization and no ReduceSum of opset 13 (DAN), and
/// divides by zero in EfficientNet, which ONNX Runtime runs (tools/check_onnx).
TEST(OnnxModel, IsReadByOpenCv) {
  ModelOptions options;
  options.name = "resnet18";
  InputOptions input;
  input.size = 64;
  const NetworkPointer network =
      create_network(options, {{"neutral", "happiness", "anger"}, {}, false}, input);
  network->eval();
  test::fill_by_formula(*network);
  const at::Tensor pictures = test::formula_tensor("input", {2, 3, 64, 64});
  const test::TempFolder folder;
  const std::string file = (folder / "network.onnx").string();
  write_onnx(file, onnx_model_of(*network, {}));

  cv::dnn::Net read = cv::dnn::readNetFromONNX(file);
  const int sides[] = {2, 3, 64, 64};
  read.setInput(cv::Mat(4, sides, CV_32F, pictures.data_ptr()), "pictures");
  const cv::Mat given = read.forward("expression");
  const at::NoGradGuard no_gradients;
  const at::Tensor expected = at::softmax(network->forward(pictures).expression, 1);
  EXPECT_TRUE(
      test::near(at::from_blob(given.data, {given.size[0], given.size[1]}), expected, 1e-4));
}

OnnxModel tiny_model() {
  OnnxModel model;
  model.name = "tiny";
  model.inputs = {{"x", {kBatchSide, 2}}};
  model.outputs = {{"y", {kBatchSide, 2}}};
  model.nodes = {{"Identity", {"x"}, "y", {}}};
  model.metadata = {{"mien.input", "{}"}};
  return model;
}

TEST(OnnxModel, HasItsMetadataInTheFile) {
  const test::TempFolder folder;
  write_onnx(folder / "tiny.onnx", tiny_model());
  const std::string bytes = read_file(folder / "tiny.onnx");
  EXPECT_THAT(bytes, HasSubstr("\x72\x10\x0a\x0amien.input\x12\x02{}")) << "field 14: key, value";
}

TEST(OnnxModel, IsRefusedWhereItDoesNotFit) {
  const test::TempFolder folder;
  OnnxModel model = tiny_model();
  // Memory that is never touched: nothing is written before the lengths are known.
  constexpr std::int64_t kQuarter = std::int64_t{1} << 27;
  const at::Tensor large = at::empty({kQuarter}, at::kFloat);
  for (int i = 0; i < 4; ++i) model.values.emplace_back("w" + std::to_string(i), large);
  EXPECT_THAT(test::thrown([&] { write_onnx(folder / "large.onnx", model); }),
              HasSubstr("large.onnx: could not be written, as an ONNX file holds at most 2 GB"));
  EXPECT_THAT(test::thrown([&] { write_onnx(folder / "no/such.onnx", tiny_model()); }),
              HasSubstr("1 "));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace mien
