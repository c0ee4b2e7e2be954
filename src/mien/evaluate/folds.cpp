#include "mien/evaluate/folds.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>

namespace mien {

namespace fs = std::filesystem;

namespace {

/// Whether a list's folders are its classes: in each one class alone, and none in two.
bool folders_are_classes(const SampleSet& list) {
  std::map<std::string, int> class_of;
  std::map<int, std::string> folder_of;
  for (const Sample& sample : list.samples) {
    const int expression = sample.label.expression;
    if (expression < 0) return false;
    const std::string folder = sample.file.parent_path().string();
    if (class_of.emplace(folder, expression).first->second != expression) return false;
    if (folder_of.emplace(expression, folder).first->second != folder) return false;
  }
  return class_of.size() > 1;
}

}  // namespace

std::vector<std::int64_t> deal_folds(const std::vector<SampleSet>& lists, std::int64_t folds) {
  std::map<std::string, std::size_t> places;  // of folders, by first appearance
  std::vector<std::int64_t> sizes;
  std::vector<std::size_t> folder_of;
  for (const SampleSet& list : lists) {
    const bool classes = folders_are_classes(list);
    for (const Sample& sample : list.samples) {
      const fs::path folder = sample.file.parent_path();
      // Pictures in folders of classes belong together no more than any others.
      const std::string together = (classes ? folder.parent_path() : folder).string();
      const auto [found, added] = places.emplace(together, sizes.size());
      if (added) sizes.push_back(0);
      ++sizes[found->second];
      folder_of.push_back(found->second);
    }
  }
  std::vector<std::int64_t> result(folder_of.size());
  if (static_cast<std::int64_t>(sizes.size()) < 2 * folds) {
    for (std::size_t i = 0; i < result.size(); ++i) {
      result[i] = static_cast<std::int64_t>(i) % folds;
    }
    return result;
  }
  // The largest folder first, each to the fold that has least: folds come out level.
  std::vector<std::size_t> order(sizes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return sizes[a] > sizes[b];
  });
  std::vector<std::int64_t> filled(static_cast<std::size_t>(folds), 0);
  std::vector<std::int64_t> fold_of(sizes.size());
  for (const std::size_t folder : order) {
    const auto least = std::min_element(filled.begin(), filled.end());
    fold_of[folder] = least - filled.begin();
    *least += sizes[folder];
  }
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = fold_of[folder_of[i]];
  return result;
}

}  // namespace mien
