#include "cmd/cli/command.hpp"
#include "cmd/record/nouns.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

/// schema: the JSON Schema of a noun.
namespace crm::cmd {
namespace {

int run_schema(Session& session, const Arguments& args) {
    const meta::Entity& entity = described_noun(session, args.words.front());
    std::string& out = session.out.buffer();
    out += "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",";
    out +=
        fmt::format(R"("title":"{0}","description":"One record of crm {0} list --json, schema 1",)",
                    entity.noun);
    out += "\"type\":\"object\",\"properties\":{\n";
    out += fmt::format(R"("id":{{"type":"string","pattern":"^{}[0-9]+$"}},)", entity.prefix);
    out += "\n\"uid\":{\"type\":\"string\",\"format\":\"uuid\"}";
    std::string names = "\"id\",\"uid\"";
    for (const meta::FieldInfo& field : entity.fields()) {
        out += fmt::format(",\n\"{}\":", field.name());
        meta::json_schema(field, out);
        names += fmt::format(",\"{}\"", field.name());
    }
    out +=
        ",\n\"overview\":{\"type\":\"object\",\"description\":\"of crm show: an array for each "
        "section\"}";
    out += "\n},\"required\":[" + names + "]}\n";
    return 0;
}

}  // namespace

Command schema_command() {
    return {
        .help = "Print the JSON Schema of a noun's records",
        .needs = Needs::nothing,
        .arguments =
            {{.name = "NOUN", .kind = Kind::noun, .required = true, .help = "contact, account …"}},
        .run = run_schema,
        .examples = {{"schema contact", "of the objects that `crm contact list --json` prints"}}};
}

}  // namespace crm::cmd
