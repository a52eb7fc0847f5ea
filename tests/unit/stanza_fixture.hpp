// SPDX-License-Identifier: LGPL-2.1-or-later
// Stanzas of libstrophe from text.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <strophe.h>

namespace columbarium::test {

class StanzaOf {
  public:
    explicit StanzaOf(const std::string& xml)
        : context_(xmpp_ctx_new(nullptr, nullptr)),
          stanza_(xmpp_stanza_new_from_string(context_, xml.c_str())) {
        if (stanza_ == nullptr) {
            xmpp_ctx_free(context_);
            throw std::runtime_error("no stanza: " + xml);
        }
    }
    StanzaOf(const StanzaOf&) = delete;
    StanzaOf& operator=(const StanzaOf&) = delete;
    ~StanzaOf() {
        xmpp_stanza_release(stanza_);
        xmpp_ctx_free(context_);
    }

    [[nodiscard]] xmpp_stanza_t* get() const { return stanza_; }

  private:
    xmpp_ctx_t* context_;
    xmpp_stanza_t* stanza_;
};

} // namespace columbarium::test
