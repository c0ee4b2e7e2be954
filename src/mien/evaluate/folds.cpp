#include "mien/evaluate/folds.h"

#include <algorithm>
#include <cstddef>
#include <map>

namespace mien {

std::vector<std::int64_t> deal_folds(const std::vector<SampleSet>& lists, std::int64_t folds) {
  std::map<std::string, std::size_t> places;  // of folders, by first appearance
  std::vector<std::int64_t> sizes;
  std::vector<std::size_t> folder_of;
  for (const SampleSet& list : lists) {
    for (const Sample& sample : list.samples) {
      const auto [found, added] = places.emplace(sample.file.parent_path().string(), sizes.size());
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
