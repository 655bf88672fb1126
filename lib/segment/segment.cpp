#include "segment/segment.hpp"

#include "base/text.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::segment {
namespace {

using store::Record;

bool is_name_character(char c) {
    return static_cast<unsigned char>(c) > ' ' &&
           std::string_view("\"'():,@+|&;").find(c) == std::string_view::npos;
}

}  // namespace

std::string name_of(std::string_view reference) {
    if (reference.starts_with('@'))
        reference.remove_prefix(1);
    return std::string(reference);
}

void check_name(std::string_view name) {
    if (!name.empty() && name.size() <= 100 && std::ranges::all_of(name, is_name_character))
        return;
    throw Error(Fault::usage, "bad_name",
                fmt::format("'{}' is not a valid name of a segment", text::clipped(name, 60)),
                "letters, digits, - and _: hot-emea");
}

Members members(store::Resolver& resolver, const Clock& clock, const Record& segment) {
    Members out;
    out.noun = resolver.store().model().find(segment.text("noun"));
    if (out.noun == nullptr)  // saved by an older version, or of a noun that is gone
        throw Error(Fault::refused, "segment_noun",
                    fmt::format("segment '{}' names no noun", segment.label()),
                    fmt::format("crm segment edit {} noun=contact", segment.label()));
    const std::string query = "@" + segment.text(*segment.entity->name());
    out.ids = store::select(resolver, clock, *out.noun, {query}).ids();
    std::ranges::sort(out.ids);
    return out;
}

Record frozen(const Record& segment, const Members& members, std::string_view name, Date day) {
    const meta::Entity& entity = *segment.entity;
    const std::string& from = segment.text(*entity.name());
    if (members.ids.empty())
        throw Error(Fault::refused, "empty_segment",
                    fmt::format("@{} finds no records; there is nothing to freeze", from));
    Record out(entity);
    out.put(*entity.name(), {Value(std::string(name))});
    out.put(*entity.find("noun"), {Value(std::string(members.noun->noun))});
    out.put(*entity.find("provenance"),
            {Value(fmt::format("@{} on {}: {}", from, day.iso(), segment.text("query")))});
    auto& rows = out.rows[entity.find("frozen")->first];
    for (const std::int64_t id : members.ids)
        rows.push_back({Value(std::int64_t{members.noun->number}), Value(id)});
    return out;
}

std::vector<Difference> difference(const Record& first, const Members& in_first,
                                   const Record& second, const Members& in_second) {
    if (in_first.noun != in_second.noun)
        throw Error(Fault::usage, "wrong_segment",
                    fmt::format("{} is a segment of {}, {} of {}", first.label(),
                                in_first.noun->plural, second.label(), in_second.noun->plural));
    std::vector<std::int64_t> ids;
    std::ranges::set_symmetric_difference(in_first.ids, in_second.ids, std::back_inserter(ids));
    std::vector<Difference> out;
    for (const std::int64_t id : ids)
        out.push_back({id, std::ranges::binary_search(in_first.ids, id)});
    return out;
}

}  // namespace crm::segment
