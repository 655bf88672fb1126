// mail_curl PORT FILE…: sends messages as libcurl does it, one after another over one connection,
// from the To header of each.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <curl/curl.h>
#include <fstream>
#include <iterator>
#include <string>

struct Reader {
    std::string content;
    std::size_t at = 0;
};

static size_t read_content(char* into, size_t size, size_t count, void* from) {
    auto& reader = *static_cast<Reader*>(from);
    const std::size_t n = std::min(size * count, reader.content.size() - reader.at);
    std::memcpy(into, reader.content.data() + reader.at, n);
    reader.at += n;
    return n;
}

int main(int count, char** words) {
    CURL* curl = curl_easy_init();
    const std::string url = std::string("smtp://127.0.0.1:") + words[1] + "/localhost";
    int failed = 0;
    for (int i = 2; i < count; ++i) {
        std::ifstream file(words[i]);
        Reader reader{{std::istreambuf_iterator<char>(file), {}}};
        const auto line = reader.content.find("\nTo: ") + 5;
        const auto open = reader.content.find('<', line) + 1;
        const std::string to = reader.content.substr(open, reader.content.find('>', open) - open);
        curl_slist* recipients = curl_slist_append(nullptr, ("<" + to + ">").c_str());
        curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "<sales@acme.example>");
        curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_content);
        curl_easy_setopt(curl, CURLOPT_READDATA, &reader);
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        failed += curl_easy_perform(curl) != CURLE_OK;
        curl_slist_free_all(recipients);
    }
    curl_easy_cleanup(curl);
    return failed != 0;
}
