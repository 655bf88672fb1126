#include "knowledge/versions.hpp"

#include "base/error.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::knowledge {

using meta::FieldInfo;
using store::Record;
using store::RowCells;
using store::RuleContext;

namespace {

Value text_value(const std::string& text) {
    return text.empty() ? Value() : Value(text);
}

void put_versions(Record& article, const std::vector<Version>& versions) {
    auto& rows = article.rows[article.field("versions").first];
    rows.clear();
    for (const Version& version : versions)
        rows.push_back({Value(version.number), Value(version.at.iso()),
                        version.user == 0 ? Value() : Value(version.user),
                        text_value(version.title), text_value(version.body)});
}

}  // namespace

std::vector<Version> versions_of(const Record& article) {
    const FieldInfo& field = article.field("versions");
    std::vector<Version> out;
    for (const RowCells& row : article.rows[field.first]) {
        const auto text = [&](std::string_view name) {
            return store::row_text(row, store::inner_field(field, name)).value_or("");
        };
        const auto number = [&](std::string_view name) {
            return store::row_number(row, store::inner_field(field, name)).value_or(0);
        };
        out.push_back({number("number"), iso_instant(text("at")).value_or(Instant{}),
                       number("user"), text("title"), text("body")});
    }
    return out;
}

Version version_of(const Record& article, std::int64_t number) {
    const std::vector<Version> versions = versions_of(article);
    const auto found = std::ranges::find(versions, number, &Version::number);
    if (found == versions.end())
        throw Error(Fault::not_found, "no_version",
                    fmt::format("{} has no version {}", article.short_id(), number),
                    fmt::format("it has 1 to {}", versions.size()));
    return *found;
}

std::string version_text(const Version& version) {
    std::string out = fmt::format("# {}\n", version.title);
    if (!version.body.empty())
        out += fmt::format("\n{}\n", version.body);
    return out;
}

void record_versions(RuleContext& context, const Record* before, Record& article) {
    const std::vector<Version> had = versions_of(article);
    std::vector<Version> versions = had;
    const Instant created = iso_instant(article.text("created_at")).value_or(context.clock.now);
    const std::int64_t user =
        context.loading ? 0 : store::user_number(article.entity->model(), context.user);
    const std::string &title = article.text("title"), &body = article.text("body");
    if (versions.empty() && before != nullptr)
        versions.push_back({1, created, 0, before->text("title"), before->text("body")});
    if (versions.empty())
        versions.push_back({1, created, user, title, body});
    if (versions.back().title != title || versions.back().body != body)
        versions.push_back({versions.back().number + 1,
                            std::max(context.clock.now, versions.back().at), user, title, body});
    versions.front().at = created;
    if (versions != had)
        put_versions(article, versions);
}

void check_four_eyes(RuleContext& context, const Record* before, const Record& article) {
    const bool was = before != nullptr && before->text("status") == "Published";
    if (was || context.relinked || context.checking || article.text("status") != "Published")
        return;
    const std::vector<Version> versions = versions_of(article);
    const std::int64_t user = store::user_number(article.entity->model(), context.user);
    if (versions.front().user == user || versions.back().user == user)
        throw Error(Fault::refused, "four_eyes",
                    fmt::format("{}{}: who wrote it does not publish it",
                                article.id == 0 ? "" : article.short_id() + " ", article.label()),
                    "kb_four_eyes is set: somebody else publishes it");
}

void record_publication(RuleContext& context, const Record* before, Record& article) {
    const bool is = article.text("status") == "Published";
    const bool was = before != nullptr && before->text("status") == "Published";
    if (is && !was && (before != nullptr || article.text("published_on").empty()))
        article.put_text("published_on", context.today);
    else if (!is && was)
        article.put_text("published_on", "");
}

}  // namespace crm::knowledge
