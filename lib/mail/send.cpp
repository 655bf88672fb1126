#include "mail/send.hpp"

#include "base/file.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "mail/home.hpp"
#include "mail/journal.hpp"
#include "mail/token.hpp"
#include "store/consent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <thread>

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
          window_(options.throttles) {}

    SendReport run() {
        begin();
        do {
            attempted_.clear();
            send_batches();
        } while (wait_for_more());
        return std::move(report_);
    }

private:
    void begin() {
        sql::Transaction transaction(store_.db(), options_.lock_wait);
        recover(store_, journal_, options_.now());
        transaction.commit();
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
            {
                sql::Transaction transaction(store_.db(), options_.lock_wait);
                require_home(store_);
                settle_batch();
                claim_batch();
                transaction.commit();
            }
            if (batch_.deliveries.empty())
                return;
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
            store::ConsentLedger(store_).forbid(store::Channel::mail, delivery.address, "bounce",
                                                "5.1.1", now.iso(), 0);
        count(delivery, settled, result);
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
            case State::failed:
                ++report_.failed;
                return problem(delivery, "failed", result.verdict);
            case State::unsure:
                ++report_.unsure;
                return problem(delivery, "may have been sent", result.verdict);
            default:
                return;
        }
    }

    void problem(const Delivery& delivery, std::string_view what, std::string_view why) {
        report_.problems.push_back(
            fmt::format("ml{} to {} {}: {}", delivery.mail, delivery.address, what, why));
    }

    /// Takes what is due into the batch.
    void claim_batch() {
        const Instant now = options_.now();
        std::vector<Delivery> of_mail;
        const std::size_t enough = size_ * 4 + attempted_.size();
        for (const Delivery& delivery :
             deliveries(store_, {.state = State::queued, .due = now}, enough)) {
            if (attempted_.contains(delivery.id()))
                continue;
            if (!of_mail.empty() && of_mail.front().mail != delivery.mail && !claim(of_mail, now))
                break;
            of_mail.push_back(delivery);
        }
        if (!of_mail.empty())
            claim(of_mail, now);
        if (batch_.deliveries.empty())
            return;
        put_outbox_number(store_, journal_key, journal_id_);
        put_outbox_number(store_, batch_key, ++batch_.number);
    }

    /// The deliveries of one mail, which are then empty. False when the batch is full.
    bool claim(std::vector<Delivery>& of_mail, Instant now) {
        if (batch_.mails.size() >= size_ || claimed_ >= options_.limit)
            return false;
        std::vector<Delivery> ready;
        for (const Delivery& delivery : of_mail) {
            attempted_.insert(delivery.id());
            if (const auto why = reason_to_cancel(store_, delivery)) {
                put_state(store_, delivery, State::cancelled, *why);
                ++report_.cancelled;
            } else if (const auto at = window_.wait_for(delivery.address, now)) {
                put_next_at(store_, delivery, *at);
            } else {
                ready.push_back(delivery);
            }
        }
        of_mail.clear();
        if (ready.empty())
            return true;
        const Message message = message_of(store_, ready.front().mail, options_.sender, now);
        if (const auto fault = header_fault(message)) {
            for (const Delivery& delivery : ready)
                settle_one(delivery, {Outcome::refused, *fault}, now);
            return true;
        }
        batch_.mails.push_back(envelope_of(store_, message, ready, options_.sender));
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
        if (options_.wait <= 0 || claimed_ >= options_.limit)
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
    std::map<std::int64_t, std::vector<Delivery>> mails;
    for (const Delivery& delivery : deliveries(store, {.state = State::queued, .due = now}))
        if (!reason_to_cancel(store, delivery))
            mails[delivery.mail].push_back(delivery);
    std::int64_t written = 0;
    for (const auto& [id, of_mail] : mails) {
        if (written >= options.limit)
            break;
        const Message message = message_of(store, id, options.sender, now);
        if (header_fault(message))
            continue;
        const Envelope envelope = envelope_of(store, message, of_mail, options.sender);
        NewFile file(fmt::format("{}/ml{}.eml", folder, id));
        file.write(envelope.content);
        file.replace();
        ++written;
    }
    return written;
}

}  // namespace crm::mail
