// What every figure needs: its flags, the timing of repeated work, one JSON line at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mien::bench {

/// `--name value` pairs of the command line.
class Flags {
 public:
  Flags(int count, char** arguments);
  std::string text(const std::string& name, const std::string& fallback) const;
  std::int64_t number(const std::string& name, std::int64_t fallback) const;
  /// Throws UsageError naming a flag that no figure asked for.
  void check_all_used() const;

 private:
  std::map<std::string, std::string> values_;
  mutable std::map<std::string, bool> used_;
};

/// Wall and CPU seconds of each of `--steps` calls after `--warmup` calls that do not count.
struct Timing {
  std::vector<double> seconds;
  std::vector<double> cpu_seconds;  ///< of all threads together
};
Timing timed(const Flags& flags, const std::function<void()>& work);

double median(std::vector<double> values);

/// Prints one JSON line: name, units a second (from the median), each time, peak memory, and what
/// else is given: further fields, `"name": value` with commas between them.
void report(const std::string& name,
            double units,
            const Timing& timing,
            const std::string& further = "");

}  // namespace mien::bench
