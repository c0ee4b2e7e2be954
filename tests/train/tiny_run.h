// A drawn set and options so small that training takes a second.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "mien/core/files.h"
#include "mien/data/synth.h"
#include "mien/nn/weights.h"
#include "mien/train/trainer.h"

#include "temp_folder.h"

namespace mien::test {

/// Writes a drawn set of 32-pixel faces into `folder`.
inline std::string tiny_set(const std::filesystem::path& folder,
                            std::int64_t training = 26,
                            std::int64_t validation = 8) {
  SynthOptions options;
  options.training = training;
  options.validation = validation;
  options.size = 32;
  write_synthetic_set(folder, options, {}, StopFlag());
  return folder.string();
}

/// Two epochs of four batches (the last one short) in two accumulated steps.
inline TrainOptions tiny_options(const std::string& network, const std::string& set) {
  TrainOptions options;
  options.model.name = network;
  options.model.vit = "24x2x2/8";
  options.model.head_hidden = 0;
  options.model.va_hidden = 8;
  options.model.mask = network == "dan" ? 0.0 : 0.25;
  options.model.dan_width = 4;
  options.model.dan_stem = "small";
  options.model.dan_heads = 2;
  options.model.clip_width = 4;
  options.model.clip_embedding = 16;
  options.input.size = 32;
  if (network == "mae") {
    options.model.position = "sincos";
    options.model.mask = 0.75;
    options.model.decoder = "16x1x2";
    options.data.augment.crop_area = 0.2;
  }
  options.data.path = set;
  options.data.augment.erase = 0.5;
  options.optim.batch = 8;
  options.optim.accumulate = 3;
  options.optim.epochs = 2;
  options.optim.warmup_epochs = 0;
  options.optim.lr = 1e-3;
  options.optim.scale_lr = "none";
  options.train.threads = 1;
  options.train.device = "cpu";
  options.train.precision = "float32";
  options.train.evaluation_batch = 5;
  return options;
}

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Whether two weights files hold the same bits under the same names.
inline bool same_tensors(const std::filesystem::path& a, const std::filesystem::path& b) {
  const StateDict first = read_safetensors(a);
  const StateDict second = read_safetensors(b);
  if (first.tensors.size() != second.tensors.size()) return false;
  for (const auto& [name, tensor] : first.tensors) {
    const auto other = second.tensors.find(name);
    if (other == second.tensors.end() || !tensor.equal(other->second)) return false;
  }
  return true;
}

/// Asks for a stop when the work has reported that many batches.
class StopAfter {
 public:
  explicit StopAfter(std::int64_t reports) : left_(reports) {}
  TrainEvents events() {
    TrainEvents events;
    events.sink.progress = [this](const Progress&) {
      if (--left_ == 0) flag_.request();
    };
    return events;
  }
  const StopFlag& flag() const { return flag_; }

 private:
  std::int64_t left_;
  StopFlag flag_;
};

}  // namespace mien::test
