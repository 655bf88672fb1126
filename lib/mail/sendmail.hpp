#pragma once

#include "mail/transport.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace crm::mail {

/// A program that takes mail on its standard input, such as sendmail or msmtp: one process for each
/// recipient. Its exit code is that of sysexits.h: 0 sent, 69 and 75 later, 64 to 68 refused, 77
/// and 78 a fault of the configuration; after any other it is not known whether the mail left.
std::unique_ptr<Transport> sendmail_transport(std::vector<std::string> words,
                                              std::chrono::milliseconds timeout);

}  // namespace crm::mail
