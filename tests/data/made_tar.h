// Tar files of any make, for tests.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

namespace mien::test {

using TarFiles = std::vector<std::pair<std::string, std::string>>;  ///< name, content

/// Writes the files in order. `format`: "ustar", "pax", "gnutar", "v7tar"; `filter`: "none",
/// "gzip".
inline void write_tar(const std::string& tar,
                      const TarFiles& files,
                      const std::string& format = "ustar",
                      const std::string& filter = "none") {
  const std::unique_ptr<archive, int (*)(archive*)> out(archive_write_new(), archive_write_free);
  archive_write_set_format_by_name(out.get(), format.c_str());
  if (filter != "none") archive_write_add_filter_by_name(out.get(), filter.c_str());
  archive_write_open_filename(out.get(), tar.c_str());
  for (const auto& [name, content] : files) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_perm(entry.get(), 0644);
    archive_write_header(out.get(), entry.get());
    archive_write_data(out.get(), content.data(), content.size());
  }
  archive_write_close(out.get());
}

}  // namespace mien::test
