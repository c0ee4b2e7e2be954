// What a reproduction leaves for people: table.md, table.csv, table.png.
#pragma once

#include <string>
#include <vector>

#include "mien/cli/reproduce/reproduction.h"
#include "mien/report/plot.h"
#include "mien/report/table.h"

namespace mien::cli {

/// The paper's number beside ours (mean, and deviation over seeds where there are several), x100.
Table reproduction_table(const PaperTable& table, const std::vector<RowResult>& rows);
/// table.md: heading, source, conditions, the table, what to know.
std::string reproduction_markdown(const PaperTable& table,
                                  const std::vector<RowResult>& rows,
                                  const ReproduceOptions& options);
/// A line a row and seed, every score in full.
std::string reproduction_csv(const PaperTable& table, const std::vector<RowResult>& rows);
/// A panel a score: the paper's rows and ours over the row's number.
std::vector<Panel> reproduction_panels(const PaperTable& table, const std::vector<RowResult>& rows);

}  // namespace mien::cli
