#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

/// Runs a fuzz target where libFuzzer is not at hand: seeded random changes to files and built-in
/// pieces.
///
///     vcard_fuzz [SECONDS [SEED [FILE|FOLDER…]]]
///
/// SECONDS 0: the files themselves, once, which is how a finding is run again. The last input is
/// kept in
/// `<program>.last` while it runs, so that a crash leaves what caused it.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// What formats here are made of; mutation joins and breaks these.
const std::vector<std::string> pieces = {
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nEND:VCARD\r\n",
    "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=9F=\n=96=EC\n",
    "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n  SkZJ==\r\n",
    "item1.X-ABLabel:_$!<HomePage>!$_\r\n",
    "AGENT:BEGIN:VCARD\\nFN:x\\nEND:VCARD\r\n",
    "\xff\xfe"
    "B\0E\0G\0I\0N\0",
    "\xfe\xff",
    "\xef\xbb\xbf",
    "name,email;phone\t\"a \"\"b\"\"\"\n",
    "First Name,Last Name,E-mail 1 - Value\n",
    "dn: cn=Ada,dc=x\nobjectClass: person\ncn:: QWRh\n\n",
    "{\"name\":\"Ada\",\"emails\":[\"a@b.example\"]}\n",
    "[\"vcard\",[[\"fn\",{},\"text\",\"Ada\"]]]",
    "amount:10k..",
    "close_date:..eom",
    "not (stage:won or -tag:x) every(deal.amount:>5)",
    "next fri +3bd",
    "2026-W48",
    "..",
    "{{id}} {{name|upper}}\\n",
    "/re(g|e)x+[a-z]{2,3}/i",
    "[[panel]]\nreport = \"won\"\nargs = [\"-p\", \"2026\"]\n",
    "[a.b]\nx = {y = 1, z = 0x1F}\nd = 2026-11-30T09:00:00+01:00\n",
    "t = \"\"\"\n\\u00e9\n\"\"\"\nf = [1.5, inf, -nan]\n",
    "=\r\n",
    "\xe6\x9d\x8e\xe5\xb0\x8f\xe9\xbe\x8d",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
    "\"",
    "\\",
    ";",
    ":",
    ",",
    "\0",
    "\x80",
    "\xed\xa0\x80",
    "99999999999999999999",
    "-",
    "\n",
    "\r",
    "\t",
    " ",
    "(",
    ")",
    "'",
};

std::string slurp(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void run(const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

class Mutation {
public:
    explicit Mutation(std::uint64_t seed, std::vector<std::string> seeds)
        : random_(seed), seeds_(std::move(seeds)) {}

    std::string next() {
        std::string s = pick(below(4) == 0 ? pieces : seeds_);
        for (std::size_t n = below(8); n-- > 0;)
            change(s);
        if (s.size() > largest)
            s.resize(largest);
        return s;
    }

private:
    static constexpr std::size_t largest = 16'384;

    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
    const std::string& pick(const std::vector<std::string>& from) {
        return from[below(from.size())];
    }

    void change(std::string& s) {
        const std::size_t at = below(s.size() + 1), n = std::min(s.size() - at, 1 + below(32));
        switch (below(7)) {
            case 0:
                s.insert(at, pick(pieces));
                break;
            case 1:
                s.erase(at, n);
                break;
            case 2:
                s.insert(at, s.substr(below(s.size() + 1), 1 + below(64)));
                break;
            case 3:
                if (at < s.size())
                    s[at] = static_cast<char>(random_());
                break;
            case 4:
                if (at < s.size())
                    s[at] = static_cast<char>(s[at] ^ (1 << below(8)));
                break;
            case 5:
                s = s.substr(0, at) + pick(seeds_).substr(0, largest);
                break;
            default:
                s.insert(at, std::string(1 + below(64), s.empty() ? 'a' : s[below(s.size())]));
                break;
        }
    }

    std::mt19937_64 random_;
    std::vector<std::string> seeds_;
};

}  // namespace

int main(int argc, char** argv) {
    const double seconds = argc > 1 ? std::strtod(argv[1], nullptr) : 5;
    const std::uint64_t seed =
        argc > 2 ? std::strtoull(argv[2], nullptr, 10) : std::random_device{}();
    std::vector<std::string> seeds;
    for (int i = 3; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) {
            seeds.push_back(slurp(argv[i]));
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i]))
            if (entry.is_regular_file() && entry.file_size() < 65'536)
                seeds.push_back(slurp(entry.path()));
    }
    run("");
    for (const std::string& input : seeds)
        run(input);
    if (seconds <= 0)
        return 0;
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    if (seeds.empty())
        seeds = pieces;
    Mutation mutation(seed, std::move(seeds));
    const std::string last = std::string(argv[0]) + ".last";
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    std::uint64_t runs = 0;
    // Written before each run: a crash leaves the bytes in the file.
    const int kept = ::open(last.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (; std::chrono::steady_clock::now() < end; ++runs) {
        const std::string input = mutation.next();
        if (kept >= 0 && (::pwrite(kept, input.data(), input.size(), 0) < 0 ||
                          ::ftruncate(kept, static_cast<off_t>(input.size())) < 0))
            std::perror(last.c_str());
        run(input);
    }
    if (kept >= 0)
        ::close(kept);
    std::filesystem::remove(last);
    std::printf("%llu runs\n", static_cast<unsigned long long>(runs));
}
