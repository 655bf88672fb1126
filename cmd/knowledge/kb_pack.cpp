#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "knowledge/map.hpp"
#include "knowledge/pack.hpp"
#include "show/graph_page.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
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

constexpr std::size_t most_names = 60;  ///< in a column of the picture

/// Places of names in a column of the picture, as far as there is room.
class NameColumn {
public:
    /// Its place; nothing where the column is full.
    std::optional<std::size_t> place_of(const std::string& id, const std::string& name) {
        const auto known = places_.find(id);
        if (known != places_.end())
            return known->second;
        if (names.size() == most_names) {
            left_out.insert(id);
            return {};
        }
        places_.emplace(id, names.size());
        names.push_back(name);
        return names.size() - 1;
    }

    std::vector<std::string> names;
    std::set<std::string> left_out;

private:
    std::map<std::string, std::size_t> places_;
};

std::vector<std::string> people_of(Session& session, const knowledge::MapTopic& topic) {
    const meta::Entity& users = session.model().with(meta::Role::user);
    std::vector<std::string> out;
    for (const std::int64_t user : topic.people)
        out.push_back(session.store().name(users, user));
    return out;
}

/// People, topics and articles, the topics with the most articles first.
void print_page(Session& session, const std::vector<knowledge::MapTopic>& topics) {
    const meta::Entity& users = session.model().with(meta::Role::user);
    NameColumn people, articles;
    show::GraphPage page{.title = "Knowledge map",
                         .facts = {fmt::format("{} topics", topics.size())},
                         .columns = {{"People", {}}, {"Topics", {}}, {"Articles", {}}},
                         .head = {"Topic", "Kind", "Articles", "Uses", "People"},
                         .rows = {}};
    for (const knowledge::MapTopic& topic : topics) {
        page.rows.push_back({topic.name, topic.is_product ? "product" : "keyword",
                             std::to_string(topic.articles.size()), std::to_string(topic.uses),
                             text::joined(people_of(session, topic), ", ")});
        if (page.columns[1].names.size() == most_names)
            continue;
        const std::size_t at = page.columns[1].names.size();
        page.columns[1].names.push_back(topic.name);
        for (const std::int64_t user : topic.people)
            if (const auto place =
                    people.place_of(meta::short_id(users, user), session.store().name(users, user)))
                page.columns[0].lines.emplace_back(*place, at);
        for (const store::Found& article : topic.articles)
            if (const auto place =
                    articles.place_of(meta::short_id(*article.entity, article.id),
                                      session.store().name(*article.entity, article.id)))
                page.columns[1].lines.emplace_back(at, *place);
    }
    page.columns[0].names = std::move(people.names);
    page.columns[2].names = std::move(articles.names);
    if (topics.size() > most_names || !people.left_out.empty() || !articles.left_out.empty())
        page.facts.push_back(
            fmt::format("the picture has the first {} of each column", most_names));
    session.out.write(show::graph_page(page));
}

int run_map(Session& session, const Arguments& args) {
    const auto topics = knowledge::knowledge_map(session.store());
    if (args.flag("dot")) {
        print_graph(session, topics);
        return 0;
    }
    if (session.format == "html") {
        print_page(session, topics);
        return 0;
    }
    Rows rows(session, {"topic",
                        "kind",
                        {"articles", show::Shape::number},
                        {"uses", show::Shape::number},
                        "people"});
    for (const knowledge::MapTopic& topic : topics)
        rows.row({topic.name, topic.is_product ? "product" : "keyword",
                  static_cast<std::int64_t>(topic.articles.size()), topic.uses,
                  text::joined(people_of(session, topic), ", ")});
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
                "articles and the people who wrote them; -o html is a page with the picture.",
            .examples = {{"kb map", ""},
                         {"kb map -o html > map.html", "a page"},
                         {"kb map --dot | dot -Tsvg > map.svg", "a picture"}}};
}

}  // namespace crm::cmd
