// States with the names that other packages give (tests/fixtures/foreign_names.json).
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <nlohmann/json.hpp>

#include "mien/core/text.h"
#include "mien/nn/import/foreign_names.h"
#include "mien/nn/weights.h"

#include "formula.h"
#include "test_paths.h"

namespace mien::test {

inline nlohmann::json foreign_fixture(const std::string& network) {
  std::ifstream in(std::filesystem::path(kSourceDir) / "tests/fixtures/foreign_names.json");
  return nlohmann::json::parse(in).at("networks").at(network);
}

/// A tensor of float32 that holds whatever was in memory.
inline void add_tensor(StateDict& state,
                       const std::string& name,
                       const std::vector<std::int64_t>& shape) {
  state.tensors[name] = at::empty(shape);
}

inline void add_layer(StateDict& state,
                      const std::string& name,
                      const std::vector<std::int64_t>& shape) {
  add_tensor(state, name + ".weight", shape);
  add_tensor(state, name + ".bias", {shape.front()});
}

inline void add_norm(StateDict& state, const std::string& name, std::int64_t channels) {
  for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"}) {
    add_tensor(state, name + part, {channels});
  }
  state.tensors[name + ".num_batches_tracked"] = at::zeros({}, at::kLong);
}

/// The fixture's tensors.
inline StateDict foreign_state(const nlohmann::json& fixture) {
  StateDict state;
  for (const std::string line : fixture.at("tensors")) {
    std::istringstream words(line);
    std::string kind, name, sides;
    words >> kind >> name >> sides;
    std::vector<std::int64_t> shape;
    if (!sides.empty()) {
      for (const std::string_view side : split(sides, ',')) {
        shape.push_back(parse_integer(side).value());
      }
    }
    if (kind == "norm") {
      add_norm(state, name, shape.front());
    } else if (kind == "layer") {
      add_layer(state, name, shape);
    } else {
      add_tensor(state, name, shape);
    }
  }
  return state;
}

/// What the file is, where it can be one thing alone; else an error.
inline ForeignNames only_reading(const StateDict& state) {
  const std::vector<ForeignNames> readings = readings_of(state);
  if (readings.size() != 1) {
    throw std::runtime_error(std::to_string(readings.size()) + " readings instead of one");
  }
  return readings.front();
}

/// Filled by the formula, under the names that the file has; variances times 0.3, as the fixture's
/// outputs were made.
inline void fill_foreign(StateDict& state) {
  constexpr double kVariance = 0.3;
  for (auto& [name, tensor] : state.tensors) {
    fill_by_formula(name, tensor);
    if (name_ends(name, "running_var")) tensor.mul_(kVariance);
  }
}

}  // namespace mien::test
