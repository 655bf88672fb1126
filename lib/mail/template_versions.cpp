#include "mail/template_versions.hpp"

#include "base/text.hpp"
#include "mail/language.hpp"
#include "store/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::mail {
namespace {

using store::Record;

[[noreturn]] void refuse_kind(const Record& found, std::string_view kind) {
    throw Error(
        Fault::refused, "wrong_kind",
        fmt::format("template {} {} is of kind {}, not {}", found.short_id(), found.label(),
                    found.text("kind"), kind),
        fmt::format("crm template edit {} kind={}", found.short_id(), text::lower_ascii(kind)));
}

}  // namespace

bool goes_by_mail(const Record& found) {
    const std::string& kind = found.text("kind");
    return kind != "Letter" && kind != "Script";
}

std::vector<Record> template_versions(store::Store& store, std::int64_t id) {
    const meta::Entity& templates = store.model().get("template");
    std::vector<Record> out{store.get(templates, id)};
    const std::string name = out.front().text("name"), kind = out.front().text("kind");
    for (const std::int64_t other :
         store.look_up(meta::Lookup::name, text::folded(name), templates))
        if (other != id)
            if (Record version = store.get(templates, other); version.text("kind") == kind)
                out.push_back(std::move(version));
    return out;
}

std::vector<Record> mail_versions(store::Store& store, std::int64_t id) {
    std::vector<Record> out = template_versions(store, id);
    if (!goes_by_mail(out.front()))
        refuse_kind(out.front(), "Mail");
    return out;
}

const Record& version_or_first(const std::vector<Record>& versions, std::string_view language) {
    std::vector<std::string> languages;
    for (const Record& version : versions)
        languages.push_back(version.text("language"));
    return versions[version_for(languages, language).value_or(0)];
}

std::int64_t template_named(store::Store& store, std::string_view word, std::string_view kind) {
    const meta::Entity& templates = store.model().get("template");
    std::optional<Record> other;
    for (const std::int64_t id : store.look_up(meta::Lookup::name, text::folded(word), templates)) {
        Record found = store.get(templates, id);
        if (found.text("kind") == kind)
            return id;
        other = std::move(found);
    }
    if (other)
        refuse_kind(*other, kind);
    const auto found = store::Resolver(store).find(word, &templates);
    if (!found)
        throw found.error();
    const Record record = store.get(templates, found->id);
    if (record.text("kind") != kind)
        refuse_kind(record, kind);
    return found->id;
}

}  // namespace crm::mail
