// Weights files: safetensors both ways, published .pth by a reader that runs no code, strict
// loading.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "mien/nn/network.h"

namespace mien {

/// Tensors by name and the text of the file's header.
struct StateDict {
  std::map<std::string, at::Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Reads safetensors, or a .pth of either form (a state dict, or one under "model", "state_dict" or
/// "model_state_dict").
/// Throws DataError naming the file and offset for anything damaged or hostile.
StateDict read_weights(const std::filesystem::path& file);
StateDict read_safetensors(const std::filesystem::path& file);
StateDict read_pth(const std::filesystem::path& file);
/// Writes whole or not at all; tensors are made contiguous on the CPU.
void write_safetensors(const std::filesystem::path& file, const StateDict& state);

/// Parameters and buffers of the module by their published names.
StateDict state_of(const torch::nn::Module& module);

struct LoadRules {
  std::string prefix;                         ///< loads only names below it, stripped ("cnn.")
  std::vector<std::string> allow_missing;     ///< prefixes of names that the file need not have
  std::vector<std::string> allow_unexpected;  ///< prefixes of names in the file to pass over
};
/// Copies the tensors in, all or none. Throws WeightsError with the three lists.
/// A position table (`pos_embed`) of another grid is interpolated bicubically, class entry
/// untouched.
void load_state(torch::nn::Module& module,
                const StateDict& state,
                const std::string& file,
                const LoadRules& rules = {});

/// What a weights file says of its network beside the tensors.
struct NetworkCard {
  std::vector<double> thresholds;            ///< probability an action unit; empty: 0.5
  std::map<std::string, std::string> notes;  ///< epoch, scores, version, what made it
};

/// A network and everything needed to use it, from one file (a run folder: its best.safetensors).
struct LoadedNetwork {
  NetworkPointer network;  ///< in evaluation mode, on the CPU, float32
  NetworkCard card;
  std::filesystem::path file;
};
/// The file that a run's best weights have.
inline constexpr const char* kBestWeights = "best.safetensors";
/// The weights file that a name stands for: of a run folder its best weights, else the file itself.
std::filesystem::path weights_file(const std::filesystem::path& run_or_file);

/// The network and the labels that a file's header names.
struct NetworkHeader {
  ModelOptions model;
  Vocabulary vocabulary;
};
/// Nothing where the weights were not written by mien. Throws DataError for a damaged header.
std::optional<NetworkHeader> network_header(const StateDict& state, const std::string& file);

LoadedNetwork load_network(const std::filesystem::path& run_or_file);
void save_network(const std::filesystem::path& file,
                  const Network& network,
                  const NetworkCard& card);

}  // namespace mien
