#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "knowledge/pack.hpp"

#include <fmt/format.h>

#include <set>

/// kb pack, kb map: what there is about a product, and about what there is anything.
namespace crm::cmd {
namespace {

int run_pack(Session& session, const Arguments& args) {
    const store::Found product =
        resolve_reference(session, &session.model().with(meta::Role::product), args.words[0]);
    const std::string text =
        knowledge::product_pack(session.store(), session.env.clock, product.id);
    if (args.has("out"))
        write_file(args.text("out"), text, !session.dry_run);
    else
        session.out.write(text::visible(text, true));
    return 0;
}

std::string graph_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text::visible(text)) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + "\"";
}

/// Topics, articles and people, and the lines between them (graphviz.org/doc/info/lang.html).
void print_graph(Session& session, const std::vector<knowledge::MapTopic>& topics) {
    const meta::Entity& users = session.model().with(meta::Role::user);
    std::set<std::string> nodes, edges;
    for (const knowledge::MapTopic& topic : topics) {
        const std::string node =
            graph_text((topic.is_product ? "product " : "topic ") + topic.name);
        nodes.insert(fmt::format("  {} [label={}, shape={}];\n", node, graph_text(topic.name),
                                 topic.is_product ? "box" : "ellipse"));
        for (const store::Found& article : topic.articles) {
            const std::string id = meta::short_id(*article.entity, article.id);
            nodes.insert(
                fmt::format("  {} [label={}, shape=note];\n", id,
                            graph_text(session.store().name(*article.entity, article.id))));
            edges.insert(fmt::format("  {} -- {};\n", node, id));
        }
        for (const std::int64_t user : topic.people) {
            const std::string id = meta::short_id(users, user);
            nodes.insert(fmt::format("  {} [label={}, shape=plaintext];\n", id,
                                     graph_text(session.store().name(users, user))));
            edges.insert(fmt::format("  {} -- {};\n", id, node));
        }
    }
    session.out.write("graph knowledge {\n");
    for (const auto* lines : {&nodes, &edges})
        for (const std::string& line : *lines)
            session.out.write(line);
    session.out.write("}\n");
}

int run_map(Session& session, const Arguments& args) {
    const auto topics = knowledge::knowledge_map(session.store());
    if (args.flag("dot")) {
        print_graph(session, topics);
        return 0;
    }
    Rows rows(session, {"topic",
                        "kind",
                        {"articles", show::Shape::number},
                        {"uses", show::Shape::number},
                        "people"});
    const meta::Entity& users = session.model().with(meta::Role::user);
    for (const knowledge::MapTopic& topic : topics) {
        std::vector<std::string> people;
        for (const std::int64_t user : topic.people)
            people.push_back(session.store().name(users, user));
        rows.row({topic.name, topic.is_product ? "product" : "keyword",
                  static_cast<std::int64_t>(topic.articles.size()), topic.uses,
                  text::joined(people, ", ")});
    }
    rows.end();
    return 0;
}

}  // namespace

Command kb_pack() {
    return {.help = "Print all that helps to sell a product",
            .needs = Needs::reading,
            .arguments = {{.name = "PRODUCT",
                           .kind = Kind::any_reference,
                           .required = true,
                           .help = "the product"}},
            .options = {{.name = "out",
                         .kind = Kind::output_file,
                         .value = "FILE",
                         .help = "write it to a file"}},
            .run = run_pack,
            .details =
                "Markdown: price, stock and lead time, price books that are valid today, "
                "published articles by kind, competitors of its deals and how these ended, "
                "and open ideas of customers.",
            .examples = {{"kb pack PUMP-1", ""}, {"kb pack PUMP-1 --out pump.md", "for a visit"}}};
}

Command kb_map() {
    return {.help = "List topics, their articles and who wrote them",
            .needs = Needs::reading,
            .options = {{.name = "dot", .help = "print a graph for Graphviz"}},
            .formats = formats::rows,
            .run = run_map,
            .details =
                "Topics are the keywords and products of articles that are not archived, "
                "those with the most articles first. The graph joins topics with their "
                "articles and the people who wrote them.",
            .examples = {{"kb map", ""}, {"kb map --dot | dot -Tsvg > map.svg", "a picture"}}};
}

}  // namespace crm::cmd
