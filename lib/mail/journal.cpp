#include "mail/journal.hpp"

#include "base/error.hpp"
#include "base/id.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>

namespace crm::mail {
namespace {

constexpr std::string_view magic = "CRMOUTB1";
constexpr std::size_t header_size = 24, record_size = 24;

/// The whole of a small file; empty when it cannot be read.
std::string content_of(int file) {
    std::string out;
    std::array<char, 16384> piece;
    ::lseek(file, 0, SEEK_SET);
    for (ssize_t n; (n = ::read(file, piece.data(), piece.size())) > 0;)
        out.append(piece.data(), static_cast<std::size_t>(n));
    return out;
}

/// Changes with every start of the machine.
std::uint64_t boot() {
    const int file = ::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    const std::string id = content_of(file);
    ::close(file);
    return digest(id, 0);
}

void put(std::string& out, std::uint64_t number) {
    for (int i = 0; i < 8; ++i)
        out += static_cast<char>(number >> (8 * i));
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i)
        out |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    return out;
}

}  // namespace

std::string journal_path(const std::string& database) {
    std::error_code failed;
    const auto real = std::filesystem::weakly_canonical(database, failed);
    return (failed ? database : real.string()) + "-outbox";
}

Journal::Journal(const std::string& database) : path_(journal_path(database)) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_APPEND, 0600);
    if (file_ < 0)
        throw Error(Fault::io, "journal",
                    path_ + " cannot be opened: " + std::strerror(errno) + "; nothing was sent");
    locked_ = ::flock(file_, LOCK_EX | LOCK_NB) == 0;
}

Journal::~Journal() {
    ::close(file_);
}

Journal::Content Journal::read(std::uint64_t id, std::int64_t batch) const {
    Content out;
    const std::string bytes = content_of(file_);
    if (bytes.size() < header_size || !bytes.starts_with(magic) || number_at(bytes, 16) != id)
        return out;
    out.valid = true;
    out.same_boot = boot() != 0 && number_at(bytes, 8) == boot();
    for (std::size_t at = header_size; at + record_size <= bytes.size(); at += record_size) {
        const std::string_view record = std::string_view(bytes).substr(at, record_size);
        if (digest(record.substr(0, 16), id) != number_at(record, 16))
            break;
        const std::uint64_t tail = number_at(record, 8);
        if (static_cast<std::int64_t>(tail >> 8) == batch)
            out.marks[static_cast<std::int64_t>(number_at(record, 0))] =
                static_cast<Mark>(tail & 0xff);
    }
    return out;
}

void Journal::begin(std::uint64_t id) {
    id_ = id;
    std::string header(magic);
    put(header, boot());
    put(header, id);
    if (::ftruncate(file_, 0) != 0 ||
        ::write(file_, header.data(), header.size()) != static_cast<ssize_t>(header.size()))
        throw Error(Fault::io, "journal",
                    path_ + " cannot be written: " + std::strerror(errno) + "; nothing was sent");
}

void Journal::append(std::int64_t delivery, std::int64_t batch, Mark mark) {
    std::string record;
    put(record, static_cast<std::uint64_t>(delivery));
    put(record, static_cast<std::uint64_t>(batch) << 8 | static_cast<unsigned char>(mark));
    put(record, digest(record, id_));
    if (::write(file_, record.data(), record.size()) != static_cast<ssize_t>(record.size()))
        throw Error(Fault::io, "journal", path_ + " cannot be written: " + std::strerror(errno));
}

}  // namespace crm::mail
