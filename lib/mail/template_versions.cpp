#include "mail/template_versions.hpp"

#include "base/text.hpp"
#include "store/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::mail {
namespace {

using store::Record;

std::string_view primary_tag(std::string_view tag) {
    return tag.substr(0, tag.find('-'));
}

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

std::size_t version_for(const std::vector<Record>& versions, std::string_view language) {
    const std::string tag = text::lower_ascii(language);
    const auto find = [&](auto&& fits) {
        const auto it = std::ranges::find_if(versions, [&](const Record& version) {
            return fits(text::lower_ascii(version.text("language")));
        });
        return it == versions.end() ? versions.size()
                                    : static_cast<std::size_t>(it - versions.begin());
    };
    std::size_t found = find([&](const std::string& own) { return own == tag; });
    if (found == versions.size() && !tag.empty())
        found = find([&](const std::string& own) { return primary_tag(own) == primary_tag(tag); });
    if (found == versions.size())
        found = find([&](const std::string& own) { return own.empty(); });
    return found == versions.size() ? 0 : found;
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
