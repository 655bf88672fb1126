#include "cmd/cli/changes.hpp"
#include "sales/bundle.hpp"

#include <algorithm>
#include <span>

/// product option: the options of a bundle.
namespace crm::cmd {
namespace {

using meta::FieldInfo;
using store::Record;

/// requires=A,B and excludes=A,B: products separated by commas.
bool names_products(const std::string& word) {
    return word.starts_with("requires=") || word.starts_with("excludes=");
}

void assign_names(Session& session, const Record& bundle, store::RowCells& row,
                  const std::string& word) {
    const auto equals = word.find('=');
    std::vector<std::int64_t> products;
    for (const std::string& reference : sales::split_names(word.substr(equals + 1)))
        products.push_back(resolve_reference(session, bundle.entity, reference).id);
    sales::add_names(session.store(), bundle, row, word.substr(0, equals), products);
}

std::string change_option(Session& session, Record& bundle, std::int64_t product,
                          std::span<const std::string> words) {
    const FieldInfo& options = *bundle.entity->find("options");
    store::RowCells& row = sales::option_row(bundle, product);
    for (const std::string& word : words) {
        if (names_products(word))
            assign_names(session, bundle, row, word);
        else
            assign_row(session, options, row, word, session.store().currency());
    }
    sales::require_sound_bundle(session.store(), bundle);
    const auto all = sales::options_of(session.store(), bundle);
    return sales::describe(*std::ranges::find(all, product, &sales::Option::product));
}

int run_product_option(Session& session, const Arguments& args) {
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const std::int64_t product = resolve_reference(session, args.noun, args.words[1]).id;
    Record after = before;
    std::string text;
    if (args.flag("rm")) {
        sales::remove_option(session.store(), after, product);
        text = "without " + sales::product_code(session.store(), product);
    } else {
        text = change_option(session, after, product, std::span(args.words).subspan(2));
    }
    const bool changed = change.writer.change(before, after);
    change.report.add(after, changed ? "updated" : "unchanged", text);
    return change.end();
}

}  // namespace

Command product_option() {
    return {.help = "Add, change or remove an option of a bundle",
            .needs = Needs::writing,
            .arguments = {{.name = "BUNDLE",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the product that is a bundle"},
                          {.name = "PRODUCT",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the product that can be chosen"},
                          {.name = "FIELD=VALUE",
                           .kind = Kind::assignments,
                           .many = true,
                           .help = "min, max, requires, excludes"}},
            .options = {{.name = "rm", .help = "remove the option"}},
            .run = run_product_option,
            .details =
                "Each call adds or changes one option. requires= and excludes= add products to "
                "what the option requires and excludes; an empty value clears the list. An option "
                "with a min above 0 must be chosen. Options that contradict each other are "
                "refused: a min above the max, or an option that could never be chosen.",
            .examples = {{"product option SERVER DISK min=1 max=4", "one to four disks"},
                         {"product option SERVER RAID requires=DISK excludes=TAPE",
                          "a controller requires disks"},
                         {"product option SERVER TAPE --rm", "no tapes any more"}}};
}

}  // namespace crm::cmd
