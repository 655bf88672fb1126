#include "cmd/insight/learnt_score.hpp"

#include "cmd/cli/changes.hpp"
#include "cmd/sales/lead_change.hpp"
#include "value/likelihood.hpp"
#include "value/store_learning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

/// lead score --learnt, deal score --learnt: how likely records are to be won.
namespace crm::cmd {
namespace {

using store::Record;

/// A record with what the model says of it.
struct Learnt {
    std::int64_t id;
    std::int64_t percent;
    std::string why;
};

/// Nothing where the data do not support a model that is better than the base rate; a note says so.
std::vector<Learnt> learnt_of(Session& session, const Arguments& args) {
    std::vector<std::int64_t> asked;
    for (const store::Found& found : records_given(session, args, "is:open"))
        asked.push_back(found.id);
    const value::LearningRequest request;
    const value::OpenRecords records = value::learning_table_with(
        session.resolver(), session.env.clock, args.noun->noun, asked, request);
    const value::Learnt learnt = value::learn(records.table, request);
    // A job of cron is told only why nothing is written.
    if (!learnt.fitted || args.flag("explain"))
        for (const std::string& note : learnt.notes)
            session.remark("note: " + note);
    if (!learnt.fitted)
        return {};
    const value::Assessment assessment = value::assess(records.table, learnt);
    if (!assessment.is_better()) {
        session.remark(
            fmt::format("note: the model is {} (AUC {:.4f} of {} test rows): nothing is "
                        "written",
                        value::not_better, assessment.auc, assessment.test_rows));
        return {};
    }
    if (records.ids.size() < asked.size())
        session.remark(fmt::format("note: {} of {} {} not open and without a likelihood",
                                   asked.size() - records.ids.size(), asked.size(),
                                   asked.size() - records.ids.size() == 1 ? "is" : "are"));
    std::vector<Learnt> out;
    const auto found = value::likelihoods(records.table, learnt, assessment);
    for (std::size_t i = 0; i < found.size(); ++i)
        out.push_back({records.ids[i], std::llround(100 * found[i].probability), found[i].why});
    return out;
}

int explain_learnt(Session& session, const Arguments& args) {
    const std::vector<Learnt> found = learnt_of(session, args);
    Rows rows(session, {"id", "likelihood", "why"});
    for (const Learnt& one : found)
        rows.row({meta::short_id(*args.noun, one.id), one.percent, one.why});
    rows.end();
    return 0;
}

}  // namespace

Option learnt_option() {
    return {.name = "learnt",
            .help = "write the likelihood of open records, learnt from those that are decided"};
}

int score_learnt(Session& session, const Arguments& args) {
    if (args.flag("explain"))
        return explain_learnt(session, args);
    const bool named = !args.words.empty() || args.has("where");
    Change change(session, args);
    for (const Learnt& one : learnt_of(session, args)) {
        const Record before = load_not_deleted(session, {args.noun, one.id});
        Record after = before;
        after.put(after.field("likelihood"), {Value(one.percent)});
        after.put_text("likelihood_why", one.why);
        if (!change.writer.change(before, after)) {
            if (named)
                change.report.add(after, "unchanged", before.label());
            continue;
        }
        const bool had =
            !std::holds_alternative<std::monostate>(before.of(before.field("likelihood"))[0]);
        const std::string from =
            had ? fmt::format("{} % -> ", before.number("likelihood")) : std::string();
        change.report.add(after, "scored",
                          fmt::format("{}: {}{} %", before.label(), from, one.percent));
    }
    return change.end();
}

}  // namespace crm::cmd
