#include "measure.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>

#include <sys/resource.h>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien::bench {

Flags::Flags(int count, char** arguments) {
  for (int i = 0; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    if (!name.starts_with("--")) throw UsageError("a flag begins with --, not '" + name + "'");
    values_[name.substr(2)] = arguments[i + 1];
  }
  if (count % 2 != 0) throw UsageError("a flag has no value: " + std::string(arguments[count - 1]));
}

std::string Flags::text(const std::string& name, const std::string& fallback) const {
  used_[name] = true;
  const auto found = values_.find(name);
  return found == values_.end() ? fallback : found->second;
}

std::int64_t Flags::number(const std::string& name, std::int64_t fallback) const {
  const std::string value = text(name, std::to_string(fallback));
  const auto number = parse_integer(value);
  if (!number) throw UsageError("--" + name + " takes a whole number, not '" + value + "'");
  return *number;
}

void Flags::check_all_used() const {
  for (const auto& [name, value] : values_) {
    if (!used_.contains(name)) throw UsageError("unknown flag --" + name);
  }
}

namespace {

double cpu_now() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::string list_text(const std::vector<double>& values) {
  std::vector<std::string> parts;
  parts.reserve(values.size());
  for (const double value : values) parts.push_back(number_text(value, 6));
  return "[" + join(parts, ", ") + "]";
}

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

Timing timed(const Flags& flags, const std::function<void()>& work) {
  const std::int64_t warmup = flags.number("warmup", 1);
  const std::int64_t steps = flags.number("steps", 3);
  flags.check_all_used();
  for (std::int64_t i = 0; i < warmup; ++i) work();
  Timing timing;
  for (std::int64_t i = 0; i < steps; ++i) {
    const double cpu = cpu_now();
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    timing.seconds.push_back(wall.count());
    timing.cpu_seconds.push_back(cpu_now() - cpu);
  }
  return timing;
}

double median(std::vector<double> values) {
  if (values.empty()) throw UsageError("--steps must be at least 1");
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void report(const std::string& name,
            double units,
            const Timing& timing,
            const std::string& further) {
  std::cout << "{\"name\": \"" << name
            << "\", \"per_second\": " << number_text(units / median(timing.seconds), 4)
            << ", \"seconds\": " << list_text(timing.seconds)
            << ", \"cpu_seconds\": " << list_text(timing.cpu_seconds)
            << ", \"peak_mebibytes\": " << number_text(peak_mebibytes(), 1)
            << (further.empty() ? "" : ", ") << further << "}\n"
            << std::flush;
}

}  // namespace mien::bench
