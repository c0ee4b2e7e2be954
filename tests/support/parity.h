// Networks beside what the published programs make of the same weights (tools/fixtures).
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/nn/network.h"
#include "mien/nn/weights.h"

#include "formula.h"
#include "tensor_checks.h"
#include "test_paths.h"

namespace mien::test {

/// What tests/fixtures/FILE holds of a network.
inline nlohmann::json parity_fixture(const std::string& file, const std::string& network) {
  std::ifstream in(std::filesystem::path(kSourceDir) / "tests/fixtures" / file);
  return nlohmann::json::parse(in).at("networks").at(network);
}

/// [N, 2 + K + U] in the published order; tasks that are not there are left out.
inline at::Tensor all_scores(const Outputs& outputs) {
  std::vector<at::Tensor> parts;
  parts.reserve(3);
  for (const at::Tensor& part :
       {outputs.valence_arousal, outputs.expression, outputs.action_units}) {
    if (part.defined()) parts.push_back(part);
  }
  return at::cat(parts, 1);
}

/// Fails where a tensor's name or shape is not the reference's.
inline void expect_published_tensors(const Network& network, const nlohmann::json& fixture) {
  const StateDict state = state_of(network);
  std::vector<std::string> lines;
  lines.reserve(state.tensors.size());
  for (const auto& [name, tensor] : state.tensors) {
    std::string sides;
    for (const std::int64_t side : tensor.sizes()) {
      sides += (sides.empty() ? "" : ", ") + std::to_string(side);
    }
    lines.push_back(name + " [" + sides + "]\n");
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line;
  EXPECT_EQ(lines.size(), fixture.at("tensors").get<std::size_t>());
  EXPECT_EQ(crc32(text), fixture.at("names").get<std::uint32_t>()) << text;
  std::int64_t parameters = 0;
  for (const at::Tensor& parameter : network.parameters()) parameters += parameter.numel();
  EXPECT_EQ(parameters, fixture.at("parameters").get<std::int64_t>());
}

/// [N, outputs] float64
inline at::Tensor published_outputs(const nlohmann::json& fixture) {
  std::vector<at::Tensor> rows;
  rows.reserve(fixture.at("outputs").size());
  for (const auto& row : fixture.at("outputs")) {
    rows.push_back(at::tensor(row.get<std::vector<double>>(), at::kDouble).unsqueeze(0));
  }
  return at::cat(rows);
}

/// Compares the module's gradients to 1e-3 with the reference's, whose names have the prefix before
/// them.
inline void expect_published_gradients(const torch::nn::Module& module,
                                       const nlohmann::json& fixture,
                                       const std::string& prefix = "") {
  const auto parameters = module.named_parameters();
  for (const auto& [name, wanted] : fixture.at("gradients").items()) {
    ASSERT_TRUE(name.starts_with(prefix)) << name;
    const at::Tensor gradient = parameters[name.substr(prefix.size())].grad();
    ASSERT_TRUE(gradient.defined()) << name;
    const double norm = wanted.at("norm");
    EXPECT_NEAR(gradient.norm().item<double>(), norm, 1e-3 * norm) << name;
    const auto first = wanted.at("first").get<std::vector<double>>();
    const at::Tensor start =
        gradient.flatten().slice(0, 0, static_cast<std::int64_t>(first.size()));
    EXPECT_TRUE(near(start, at::tensor(first, at::kDouble), 1e-3)) << name;
  }
}

/// The reference's outputs to 1e-4 in float32, and its gradients of the sum of their squares to
/// 1e-3. These in double, as the fixture has them: in float32 a ReLU whose input rounds to either
/// side of 0 moves them by more. Fills the network by the formula and leaves it in double.
inline void expect_parity(Network& network, const nlohmann::json& fixture) {
  fill_by_formula(network);
  network.eval();
  const auto side = fixture.at("size").get<std::int64_t>();
  const at::Tensor pictures = formula_tensor("input", {2, 3, side, side});
  {
    const at::NoGradGuard no_gradients;
    EXPECT_TRUE(near(all_scores(network.forward(pictures)), published_outputs(fixture), 1e-4));
  }
  network.to(at::kDouble);
  all_scores(network.forward(pictures.to(at::kDouble))).square().sum().backward();
  expect_published_gradients(network, fixture);
}

}  // namespace mien::test
