#include "cmd/record/rejects.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace crm::cmd {

Rejects::Rejects(std::string path, bool keep, const std::vector<std::string>& sources)
    : path_(std::move(path)), keep_(keep) {
    for (const std::string& source : sources) {
        std::error_code failed;
        if (source != "-" && std::filesystem::equivalent(source, path_, failed))
            throw Error(Fault::usage, "rejects_input",
                        fmt::format("--rejects {} is one of the files to import", path_),
                        "choose another file");
    }
    first_.emplace(path_, keep_);
}

void Rejects::add(std::string_view raw) {
    // Of tables by their header; cards and JSON, which have none, by what they are.
    const std::string kind = !header_.empty() ? header_ : raw.starts_with('{') ? "{" : "";
    auto of = std::ranges::find(kinds_, kind, &std::pair<std::string, std::string>::first);
    if (of == kinds_.end())
        of = kinds_.insert(of, {kind, header_.empty() ? "" : header_ + "\n"});
    of->second += raw;
    if (!of->second.ends_with('\n'))
        of->second += '\n';
}

std::vector<std::string> Rejects::commit() {
    std::vector<std::string> more;
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
        if (i == 0)
            first_->write(kinds_[i].second);
        else
            write_file(more.emplace_back(next_name()), kinds_[i].second, keep_);
    }
    first_->commit();
    return more;
}

/// rows-2.csv beside rows.csv; the user did not choose the name, so it must not replace another
/// file.
std::string Rejects::next_name() {
    const std::filesystem::path path(path_);
    for (;;) {
        const auto name = path.parent_path() / fmt::format("{}-{}{}", path.stem().string(),
                                                           ++number_, path.extension().string());
        std::error_code failed;
        if (!std::filesystem::exists(name, failed))
            return name.string();
    }
}

}  // namespace crm::cmd
