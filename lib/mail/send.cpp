#include "mail/send.hpp"

#include "base/file.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "mail/campaign_mail.hpp"
#include "mail/campaign_message.hpp"
#include "mail/home.hpp"
#include "mail/journal.hpp"
#include "mail/queue.hpp"
#include "mail/token.hpp"
#include "store/consent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace crm::mail {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t first_batch = 8, largest_batch = 256;
constexpr auto quick = std::chrono::milliseconds(250), slow = std::chrono::milliseconds(1000);

struct Result {
    Outcome outcome;
    std::string verdict;
};

/// What is under way, and what became of it.
class Batch final : public DeliveryLog {
public:
    explicit Batch(Journal& journal) : journal_(journal) {}

    std::vector<Envelope> mails;
    std::map<std::int64_t, Delivery> deliveries;
    std::map<std::int64_t, Result> results;
    std::int64_t number = 0;

    void about_to_leave(std::int64_t delivery) override {
        journal_.append(delivery, number, Mark::dot);
    }
    void done(std::int64_t delivery, Outcome outcome, std::string_view verdict) override {
        results[delivery] = {outcome, std::string(verdict)};
        switch (outcome) {
            case Outcome::accepted:
                return journal_.append(delivery, number, Mark::sent);
            case Outcome::refused:
                return journal_.append(delivery, number, Mark::failed);
            case Outcome::deferred:
            case Outcome::not_reached:
                return journal_.append(delivery, number, Mark::queued);
            case Outcome::unanswered:
                return;  // the mark for the dot says it
        }
    }
    void clear() {
        mails.clear();
        deliveries.clear();
        results.clear();
    }

private:
    Journal& journal_;
};

/// Whether there is anything to do: read without a lock.
bool anything_due(store::Store& store, Instant now) {
    return !deliveries(store, {.state = State::queued, .due = now}, 1).empty() ||
           !deliveries(store, {.state = State::trying}, 1).empty();
}

class Sending {
public:
    Sending(store::Store& store, const SendOptions& options, Journal& journal)
        : store_(store),
          options_(options),
          journal_(journal),
          batch_(journal),
          window_(options.throttles),
          campaign_messages_(store, options.sender, options.unsubscribe) {}

    SendReport run() {
        begin();
        do {
            attempted_.clear();
            send_batches();
        } while (wait_for_more());
        if (campaigns_wait_)
            require_unsubscribe(options_.unsubscribe);
        return std::move(report_);
    }

private:
    void begin() {
        sql::Transaction transaction(store_.db(), options_.lock_wait);
        const std::vector<Delivery> known = recover(store_, journal_, options_.now());
        transaction.commit();
        for (const Delivery& delivery : known)
            count_settled(delivery, delivery.state, delivery.verdict);
        const std::uint64_t id = random_bits() >> 1;
        journal_id_ = static_cast<std::int64_t>(id);
        journal_.begin(id);
        batch_.number = outbox_number(store_, batch_key);
        if (window_.empty())
            return;
        const Instant from{options_.now().seconds - window_.longest()};
        sql::Statement sent = store_.db().prepare(R"(
            SELECT "address", "sent_at" FROM "mail_recipients"
            WHERE "sent_at" > ?1 AND "sent_at" <= ?2 ORDER BY "sent_at")");
        const std::string since = from.iso(), until = options_.now().iso();
        for (sent.with(since, until); sent.step();)
            if (const auto at = iso_instant(sent.text(1)))
                window_.add(sent.text(0), *at);
    }

    /// Until nothing is due. One transaction settles a batch and claims the next.
    void send_batches() {
        for (;;) {
            bool looked = false;
            {
                sql::Transaction transaction(store_.db(), options_.lock_wait);
                require_home(store_);
                settle_batch();
                looked = claim_batch();
                transaction.commit();
            }
            if (batch_.deliveries.empty()) {
                if (!looked)
                    return;
                adapt({});  // all of them were cancelled or wait; there may be more behind them
                continue;
            }
            const auto begun = steady_clock::now();
            try {
                if (!transport_)
                    transport_ = options_.transport();
                transport_->send(batch_.mails, batch_);
            } catch (const Error&) {
                settle_after_fault();
                throw;
            }
            adapt(steady_clock::now() - begun);
        }
    }

    void settle_after_fault() {
        sql::Transaction transaction(store_.db(), options_.lock_wait);
        settle_batch();
        transaction.commit();
    }

    void adapt(steady_clock::duration took) {
        if (took < quick)
            size_ = std::min(size_ * 2, largest_batch);
        else if (took > slow)
            size_ = std::max<std::size_t>(size_ / 2, 1);
    }

    void settle_batch() {
        const Instant now = options_.now();
        for (const auto& [id, delivery] : batch_.deliveries) {
            const auto found = batch_.results.find(id);
            const Result result =
                found == batch_.results.end() ? Result{Outcome::not_reached, {}} : found->second;
            settle_one(delivery, result, now);
        }
        batch_.clear();
    }

    void settle_one(const Delivery& delivery, const Result& result, Instant now) {
        const Settled settled =
            settle(result.outcome, delivery.attempts, delivery.due, now, options_.retry);
        std::string verdict = result.verdict;
        if (delivery.verdict.starts_with("anyway") && settled.state == State::queued)
            verdict = delivery.verdict;
        put_settled(store_, delivery, settled, verdict, now);
        if (result.outcome == Outcome::refused && result.verdict.starts_with("5") &&
            result.verdict.find("5.1.1") != std::string::npos)
            bounced(delivery, now);
        count(delivery, settled, result);
    }

    void bounced(const Delivery& delivery, Instant now) {
        store::ConsentLedger(store_).forbid(store::Channel::mail, delivery.address, "bounce",
                                            "5.1.1", now.iso(), 0);
        if (delivery.campaign != 0)
            mark_bounced(store_, delivery, now);
    }

    void count(const Delivery& delivery, const Settled& settled, const Result& result) {
        switch (settled.state) {
            case State::sent:
                ++report_.sent;
                window_.add(delivery.address, options_.now());
                return;
            case State::queued:
                if (result.outcome == Outcome::deferred)
                    ++report_.deferred;
                return;
            default:
                return count_settled(delivery, settled.state, result.verdict);
        }
    }

    void count_settled(const Delivery& delivery, State state, const std::string& verdict) {
        if (state == State::failed) {
            ++report_.failed;
            problem(delivery, "failed", verdict);
        } else if (state == State::unsure) {
            ++report_.unsure;
            problem(delivery, "may have been sent", verdict);
        }
    }

    void problem(const Delivery& delivery, std::string_view what, std::string_view why) {
        report_.problems.push_back(fmt::format("{} to {} {}: {}", queue_id(store_, delivery),
                                               delivery.address, what, why));
    }

    /// Takes what is due into the batch. False where it looked at nothing that is new to this run.
    bool claim_batch() {
        ledger_.emplace(store_);  // what it keeps is true within one transaction
        const Instant now = options_.now();
        std::vector<Delivery> of_mail;
        const std::size_t before = attempted_.size();
        const std::size_t enough = size_ * 4 + attempted_.size();
        for (const Delivery& delivery :
             deliveries(store_, {.state = State::queued, .due = now}, enough)) {
            if (attempted_.contains(delivery.id()))
                continue;
            if (!of_mail.empty() && !go_together(of_mail.front(), delivery) && !claim(of_mail, now))
                break;
            of_mail.push_back(delivery);
        }
        if (!of_mail.empty())
            claim(of_mail, now);
        if (!batch_.deliveries.empty()) {
            put_outbox_number(store_, journal_key, journal_id_);
            put_outbox_number(store_, batch_key, ++batch_.number);
        }
        return attempted_.size() > before;
    }

    /// One mail goes to all its recipients at once, but each member of a campaign has their own.
    static bool go_together(const Delivery& one, const Delivery& other) {
        return one.mail == other.mail && one.campaign == 0;
    }

    /// When a delivery may leave, if not now.
    std::optional<Instant> wait_for(const Delivery& delivery, Instant now) {
        if (options_.hours && delivery.campaign != 0)
            if (const auto at = options_.hours->next(
                    {now, zone_of(store_, delivery, options_.sender.clock.zone)}))
                return at;
        return window_.wait_for(delivery.address, now);
    }

    /// Nothing where it cannot be composed: it has failed then.
    std::optional<Message> composed_of(const std::vector<Delivery>& ready, Instant now) {
        const auto fail = [&](const std::string& why) {
            for (const Delivery& delivery : ready)
                settle_one(delivery, {Outcome::refused, why}, now);
        };
        try {
            Message message = ready.front().campaign == 0
                                  ? message_of(store_, ready.front().mail, options_.sender, now)
                                  : campaign_messages_.message(ready.front(), now);
            const auto fault = header_fault(message);
            if (!fault)
                return message;
            fail(*fault);
        } catch (const Error& e) {
            if (e.fault != Fault::refused || ready.front().campaign == 0)
                throw;
            fail(e.message);
        }
        return {};
    }

    /// Without a way to unsubscribe no campaign leaves.
    bool must_wait(const Delivery& delivery) {
        const bool waits = delivery.campaign != 0 && options_.unsubscribe.url.empty() &&
                           options_.unsubscribe.mail.empty();
        campaigns_wait_ = campaigns_wait_ || waits;
        return waits;
    }

    /// The deliveries of one mail, which are then empty. False when the batch is full.
    bool claim(std::vector<Delivery>& of_mail, Instant now) {
        if (batch_.mails.size() >= size_ || claimed_ >= options_.limit)
            return false;
        std::vector<Delivery> ready;
        for (const Delivery& delivery : of_mail) {
            attempted_.insert(delivery.id());
            if (const auto why = reason_to_cancel(store_, *ledger_, delivery)) {
                put_state(store_, delivery, State::cancelled, *why);
                ++report_.cancelled;
            } else if (const auto at = wait_for(delivery, now)) {
                put_next_at(store_, delivery, *at);
            } else if (!must_wait(delivery)) {
                ready.push_back(delivery);
            }
        }
        of_mail.clear();
        if (ready.empty())
            return true;
        const auto message = composed_of(ready, now);
        if (!message)
            return true;
        batch_.mails.push_back(envelope_of(store_, *message, ready, options_.sender));
        for (const Delivery& delivery : ready) {
            put_state(store_, delivery, State::trying);
            batch_.deliveries.emplace(delivery.id(), delivery);
        }
        ++claimed_;
        // With a rate, each batch is one mail: what has left counts before the next is chosen.
        return window_.empty();
    }

    /// Waits for deferred and slowed mail, as long as that was asked for and there is some.
    bool wait_for_more() {
        if (options_.wait <= 0 || claimed_ >= options_.limit || campaigns_wait_)
            return false;
        const Instant last{begun_.seconds + options_.wait};
        const auto end = started_ + std::chrono::seconds(options_.wait);
        while (std::chrono::steady_clock::now() < end) {
            if (deliveries(store_, {.state = State::queued, .due = last}, 1).empty())
                return false;
            if (!deliveries(store_, {.state = State::queued, .due = options_.now()}, 1).empty())
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
        }
        return false;
    }

    store::Store& store_;
    const SendOptions& options_;
    Journal& journal_;
    Batch batch_;
    RateWindow window_;
    CampaignMessages campaign_messages_;
    bool campaigns_wait_ = false;
    std::optional<store::ConsentLedger> ledger_;
    std::unique_ptr<Transport> transport_;
    SendReport report_;
    std::set<std::int64_t> attempted_;  ///< in this run
    std::size_t size_ = first_batch;
    std::int64_t claimed_ = 0;
    std::int64_t journal_id_ = 0;
    const Instant begun_ = options_.now();
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace

SendReport send_due(store::Store& store, const SendOptions& options) {
    require_home(store);
    if (options.wait <= 0 && !anything_due(store, options.now()))
        return {};
    Journal journal(store.db().path());
    if (!journal.locked())
        return {.busy = true};
    return Sending(store, options, journal).run();
}

std::int64_t write_due(store::Store& store, const SendOptions& options, const std::string& folder) {
    create_private_folder(folder);
    const Instant now = options.now();
    CampaignMessages campaigns(store, options.sender, options.unsubscribe);
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<Delivery>> mails;
    store::ConsentLedger ledger(store);
    for (const Delivery& delivery : deliveries(store, {.state = State::queued, .due = now}))
        if (!reason_to_cancel(store, ledger, delivery))
            mails[{delivery.mail, delivery.campaign == 0 ? 0 : delivery.position}].push_back(
                delivery);
    std::int64_t written = 0;
    for (const auto& [key, of_mail] : mails) {
        if (written >= options.limit)
            break;
        const bool of_campaign = of_mail.front().campaign != 0;
        if (of_campaign)
            require_unsubscribe(options.unsubscribe);
        const Message message = of_campaign
                                    ? campaigns.message(of_mail.front(), now)
                                    : message_of(store, of_mail.front().mail, options.sender, now);
        if (header_fault(message))
            continue;
        const Envelope envelope = envelope_of(store, message, of_mail, options.sender);
        const std::string name =
            of_campaign ? fmt::format("mb{}-{}", of_mail.front().member, of_mail.front().step)
                        : fmt::format("ml{}", of_mail.front().mail);
        NewFile file(fmt::format("{}/{}.eml", folder, name));
        file.write(envelope.content);
        file.replace();
        ++written;
    }
    return written;
}

}  // namespace crm::mail
