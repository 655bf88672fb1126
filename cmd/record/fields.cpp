#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/records.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

namespace crm::cmd {
namespace {

const meta::Entity& noun_of(Session& session, const std::string& word) {
    struct ::stat st {};
    if (::stat(session.env.db.c_str(), &st) == 0)
        session.open(sql::Mode::reading);  // it may declare more
    if (const meta::Entity* entity = session.model().find(word))
        return *entity;
    std::vector<std::string> nouns;
    for (const meta::Entity& e : session.model().entities())
        nouns.emplace_back(e.noun);
    Error e(Fault::usage, "unknown_noun",
            fmt::format("there is no noun '{}'", text::clipped(word, 60)));
    suggest(e, word, nouns, text::joined(nouns, ", "));
    throw e;
}

int fields(Session& session, const Arguments& args) {
    const meta::Entity& entity = noun_of(session, args.words.front());
    const std::vector<show::Column> columns = {{"field", nullptr},
                                               {"type", nullptr},
                                               {"flags", nullptr},
                                               {"takes", nullptr},
                                               {"help", nullptr}};
    show::Sink sink([&](std::string_view text) { session.out.write(text); });
    const show::Style how = style(session);
    const auto writer = show::writer(row_format(session), columns, how, sink);
    for (const meta::FieldInfo& field : entity.fields()) {
        std::string flags;
        const std::pair<std::uint16_t, std::string_view> names[] = {
            {meta::required, "required"}, {meta::unique, "unique"},   {meta::many, "many"},
            {meta::searched, "searched"}, {meta::derived, "derived"}, {meta::mirror, "first of"},
            {meta::personal, "personal"}};
        for (const auto& [flag, name] : names)
            if (field.is(flag))
                flags += (flags.empty() ? "" : ", ") + std::string(name) +
                         (flag == meta::mirror ? " " + std::string(field.field->more.of) : "");
        const std::string takes = meta::value_help(field);
        const View cells[] = {field.name(), meta::type_name(field.type()), std::string_view(flags),
                              std::string_view(takes), field.field->help};
        const std::span<const View> all(cells);
        const std::vector<show::Cells> row = {all.subspan(0, 1), all.subspan(1, 1),
                                              all.subspan(2, 1), all.subspan(3, 1),
                                              all.subspan(4, 1)};
        writer->row(row);
    }
    writer->end();
    return 0;
}

int schema(Session& session, const Arguments& args) {
    const meta::Entity& entity = noun_of(session, args.words.front());
    std::string& out = session.out.buffer();
    out += fmt::format(
        R"({{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"{}","description":"One record of crm {} list --json, schema 1","type":"object","properties":{{)",
        entity.noun, entity.noun);
    out += fmt::format(
        "\n\"id\":{{\"type\":\"string\",\"pattern\":\"^{}[0-9]+$\"}},\n\"uid\":{{\"type\":"
        "\"string\",\"format\":\"uuid\"}}",
        entity.prefix);
    std::string names = "\"id\",\"uid\"";
    for (const meta::FieldInfo& field : entity.fields()) {
        out += fmt::format(",\n\"{}\":", field.name());
        meta::json_schema(field, out);
        names += fmt::format(",\"{}\"", field.name());
    }
    out += "\n},\"required\":[" + names + "]}\n";
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
            .run = fields,
            .examples = {{"fields contact", ""}}};
}
Command schema_command() {
    return {.help = "Print the JSON Schema of a noun's records",
            .needs = Needs::nothing,
            .arguments = {{.name = "NOUN",
                           .kind = Kind::noun,
                           .required = true,
                           .help = "contact, account …"}},
            .run = schema,
            .examples = {{"schema contact", ""}}};
}

}  // namespace crm::cmd
