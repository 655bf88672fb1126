#include "cmd/cli/command.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/record/nouns.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

/// fields: the fields of a noun.
namespace crm::cmd {
namespace {

constexpr std::pair<std::uint16_t, std::string_view> flag_names[] = {
    {meta::required, "required"}, {meta::unique, "unique"},   {meta::many, "many"},
    {meta::searched, "searched"}, {meta::derived, "derived"}, {meta::mirror, "first of"},
    {meta::personal, "personal"}};

std::string flags_of(const meta::FieldInfo& field) {
    std::string out;
    for (const auto& [flag, name] : flag_names) {
        if (!field.is(flag))
            continue;
        out += (out.empty() ? "" : ", ") + std::string(name);
        if (flag == meta::mirror)
            out += " " + std::string(field.field->more.of);
    }
    return out;
}

int run_fields(Session& session, const Arguments& args) {
    const meta::Entity& entity = described_noun(session, args.words.front());
    Rows rows(session, {"field", "type", "flags", "takes", "help"});
    rows.row({"id", "id", "unique, derived", fmt::format("{0}1, {0}2 …", entity.prefix),
              "short id, never reused"});
    rows.row({"uid", "uid", "unique, derived", "a UUID", "id for other systems"});
    for (const meta::FieldInfo& field : entity.fields())
        rows.row({std::string(field.name()), std::string(meta::type_name(field.type())),
                  flags_of(field), meta::value_help(field), std::string(field.field->help)});
    rows.end();
    return 0;
}

}  // namespace

Command fields_command() {
    return {.help = "List the fields of a noun with their types",
            .needs = Needs::nothing,
            .arguments = {{.name = "NOUN",
                           .kind = Kind::noun,
                           .required = true,
                           .help = "contact, account …"}},
            .formats = formats::rows,
            .run = run_fields,
            .examples = {{"fields contact", "all fields of a contact"},
                         {"fields deal -F field,takes", "what each field of a deal takes"}}};
}

}  // namespace crm::cmd
