#include "campaign/compare.hpp"
#include "campaign/members.hpp"
#include "cmd/campaign/campaign_words.hpp"

#include <fmt/format.h>

/// campaign compare: which variant did better, or whether that was chance.
namespace crm::cmd {
namespace {

/// Of one, with four digits.
Value fraction(double value) {
    return Value(fmt::format("{:.4f}", value));
}

int run_compare(Session& session, const Arguments& args) {
    const store::Record campaign = campaign_named(session, args.words[0]);
    const std::string status = campaign::read_status(
        session.model().get("member"), args.has("by") ? args.text("by") : "Responded");
    Rows rows(session, {"variant",
                        "sent",
                        "reached",
                        {"rate", show::Shape::number},
                        {"from", show::Shape::number},
                        {"to", show::Shape::number},
                        {"p", show::Shape::number},
                        Rows::Head("verdict").detail()});
    for (const campaign::VariantResult& one :
         campaign::compare(session.store(), campaign, status)) {
        if (!one.verdict.empty() && session.fields.empty())
            session.remark_to_person(fmt::format("{}: {}", one.variant, one.verdict));
        rows.row({Value(one.variant), Value(one.reached.cases), Value(one.reached.reached),
                  fraction(one.reached.rate()), fraction(one.interval.first),
                  fraction(one.interval.second), one.p ? fraction(*one.p) : Value(),
                  Value(one.verdict)});
    }
    rows.end();
    return 0;
}

}  // namespace

Command campaign_compare() {
    return {
        .help = "Compare the variants of a campaign",
        .needs = Needs::reading,
        .arguments = {{.name = "CAMPAIGN",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the campaign"}},
        .options = {{.name = "by",
                     .kind = Kind::value,
                     .value = "STATUS",
                     .help = "what counts as reached: Responded",
                     .noun = "member",
                     .field = "status"}},
        .formats = formats::rows,
        .run = run_compare,
        .details =
            "Of the members who had each variant: how many got to the status or further, the rate, "
            "and its 95 % interval (Wilson), from and to: parts of one. Each variant is compared "
            "with the best: "
            "p is the chance of a difference at least as large if both were equally good, by a "
            "two-sided test of two proportions with a pooled standard error, or Fisher's exact "
            "test where an expected count is under 5; with more than two variants it is multiplied "
            "by the number of comparisons (Bonferroni). Below 0.05 the verdict names the better "
            "one; otherwise it is `no difference that chance could not make`.",
        .examples = {{"campaign compare Spring", ""},
                     {"campaign compare Spring --by clicked", ""}}};
}

}  // namespace crm::cmd
