#pragma once

#include <optional>
#include <string>
#include <vector>

/// Where the files of the configuration are, and whether they may be believed.
namespace crm::cmd {

/// A file as it was read: once, so that what was checked is what is used.
struct ConfigFile {
    std::string path;
    std::string bytes;
};

/// Nothing where there is no file. Throws Error config for what is not a file, belongs to another
/// user, may be written by others or is larger than 1 MiB; io for what cannot be read.
std::optional<ConfigFile> find_config_file(const std::string& path);

/// The path of the user's own file.
std::string user_config();
/// The project's file above the current folder; nothing when there is none.
std::optional<std::string> project_config();
/// The files that would be read now, first the one that counts most; those that are not there too.
std::vector<std::string> config_files(std::optional<std::string> project = project_config());

/// Trusts the file as it was read, until it changes.
void trust(const ConfigFile& file);
bool trusted(const ConfigFile& file);

}  // namespace crm::cmd
