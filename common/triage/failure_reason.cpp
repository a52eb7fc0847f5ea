// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/failure_reason.hpp"

#include <algorithm>
#include <array>

#include "triage/pattern_set.hpp"

namespace columbarium::triage {

namespace {

struct Phrase {
    std::string_view name;
    std::string_view reason;
    std::string_view status;
    std::string_view pattern; // see PatternSet
};

// In the order of how much a phrase tells: of several that a text holds, the first row counts. Words that
// servers put into every answer ("rejected", "denied") come last.
constexpr Phrase phrases[] = {
    {"over quota", "mailbox-full", "5.2.2",
     R"(over (his |their |its |the )?(disk )?quota|(quota|mailbox size|mailbox space|disk ?space|storage|maildir) (limit )?(has been |was |is |would be |will be )?(exceed|over|full)|exceed(s|ed|ing)? (the |its |his |their |allowed |maximum |allotted |mailbox |storage |disk |user )*(quota|mailbox size|allowed size|mailbox storage|mail storage|storage)|out of (disk )?quota|quota violation|quotaexceeded|not enough (storage|disk) space|insufficient (disk|storage) (space|quota)|disk quota exceeded|over ?quota)"},
    {"mailbox full", "mailbox-full", "5.2.2",
     R"((mail ?box|inbox|mail ?drop|mail folder|mail storage|account|maildir|user'?s? box|mbox|storage area)\)?(\S*)? (is |was |has |currently |reported )*(too )?(full|over ?loaded|too large)|full (mail ?box|inbox)|mailbox ?full|(mailbox|message store|user) (has |have )?(reached|exceeded) (its |the |his |their )?(max|quota|allowed|storage|limit|size)|too many messages (in|on) (this |the |your )?(mailbox|account)|boîte.{0,50}pleine|postfach.{0,40}voll|buzón.{0,30}lleno|casella.{0,30}piena|caixa.{0,30}cheia|メールボックス.{0,30}(いっぱい|一杯|容量)|受信.{0,10}容量|(почтовый )?ящик.{0,20}переполнен|邮箱.{0,6}满|skrzynka.{0,20}(pełna|przepełniona)|mailbox size limit exceeded|not enough space in)"},
    {"mailbox moved", "moved", "5.1.6",
     R"((has|have|is|was) (been )?moved( to|\b.{0,20}new address|, please| \S+@)|has moved\b|user has moved|recipient.{0,30}moved to|no longer (uses?|using) this (address|e-?mail)|changed (his|her|their|its) e-?mail address|new (e-?mail )?address is|address (has|was) changed|please (use|try) <?\S+@\S+>? instead|mailbox has been relocated|user (not local|moved); please try|has been replaced by)"},
    {"host unknown", "host-unknown", "5.1.2",
     R"(host (or domain )?(name )?(unknown|not found|(was |is )?not (known|found)|lookup (did not|failed|does not))|unknown (host|domain|mail host|server)|unrouteable (mail )?(domain|address)|unroutable (mail )?domain|(domain|host) (name )?(\S+ )?((does|do|did) ?n[o']t|not) (exist|be found|resolve|have any|known|found|accept|receive)|no such (domain|host)|(name|domain|host|hostname) (service error|lookup failed|not found|unknown|could not be found)|non-?existent (domain|host)|couldn'?t find any host|cannot find (the )?(mail )?(host|server|domain|mx)|can(no|')t resolve|nxdomain|bad destination (host|system|mailbox) address|no (mx|a|valid mail|mail) (record|server|exchanger|host)|invalid (domain|host)|no route found to domain|all relevant MX records point to non-existent hosts|could not find a gateway for|dns (error|lookup|failure|server)|domain.{0,30}not (registered|valid)|recipient domain must exist|illegal host/domain)"},
    {"null MX", "host-unknown", "5.1.10",
     R"(null ?MX|(domain|host|address) (does not|doesn'?t|never) accepts? (mail|e-?mail|any mail)|nullMX|does not accept mail)"},
    {"virus", "virus", "5.7.0",
     R"(virus|malware|trojan|phish|infected|worm (was|found)|executable attachment|dangerous attachment|unsafe attachment)"},
    {"too large", "too-large", "5.3.4",
     R"((message|mail|size|data|e-?mail|file|attachment|mime)( body| header| size| length)* (is |was |are |has )?(too (large|big|long)|exceeds?|exceeded|larger than|bigger than|over)( the| your| its| a| our| maximum| fixed| size| message| allowed| limit)|(message|mail|e-?mail) (is |was )?too (large|big|long)|too (large|big) (message|mail|for)|size limit|maximum (message |allowed |mail )?size|exceeds? (the |maximum |max |allowed )*(message |size |limit|file size)|message size (exceeds|limit|violation)|message file too big|line too long|length (of )?(limit|exceeded))"},
    {"loop", "loop", "5.4.6",
     R"(too many hops|hop ?count|mail loop|routing loop|loop(s|ing)? (back|detected|count)|forwarding loop|mail ?forwarding loop|message is looping|loops back to myself|possible loop|too many received|loop was found)"},
    {"expired", "expired", "4.4.7",
     R"((message|mail|delivery time|retry time) (has )?expired|(been|was|stayed) in (the )?(mail ?)?queue (too long|for)|too long in the queue|delivery time expired|delivery failed \d+ attempts|retry (time(out)?|limit|count) (not reached|exceeded|expired)|undeliver(ed|able) (for|after) \d+ (day|hour)|unable to deliver (this )?(message|mail)? ?(for|after|in) \d+|could not be delivered (for|within) (more than )?\d+|maximum (number of )?(retries|retry)|exceeded (the )?(max|maximum)? ?(number of )?(retry|retries|attempts)|too many (delivery )?(attempts|retries)|not been collected|cannot send message (within|for|in) [\d.]+|aborted after [\d.]+ (hour|day)|message will be deleted from queue)"},
    {"spam", "spam", "5.7.1",
     R"(spam|junk ?mail|\bUCE\b|\bUBE\b|unsolicited|bulk mail|mail content denied|content filter|message content rejected|(appears|looks|considered) (to be |like )?(spam|unsolicited|junk)|high(er)? probability of|spamassassin|dspam|rule imposed|message contains a|bogofilter|blacklisted url|URIBL|body (text )?reject)"},
    {"authentication", "authentication", "5.7.26",
     R"(\bSPF\b|\bDKIM\b|\bDMARC\b|sender ?-?id|domain owner discourages|unauthenticated (e-?mail|mail|sender)|sender (address )?(is )?not authori[sz]ed|not (designated|permitted|authori[sz]ed|allowed) (as )?(a )?(permitted )?(to send|sender|mailer)|spoof|forged|forgery)"},
    {"reverse DNS", "blocked", "5.7.25",
     R"(\bPTR\b|reverse (dns|lookup|hostname|mapping|ip|name)|reverse-?dns|fcrdns|rdns|no reverse|cannot find your (reverse )?host ?name|client host rejected: cannot find|invalid HELO|HELO command rejected|EHLO command rejected|need fully-qualified hostname|does not resolve to|dynamic (ip|address|host|dsl)|dial-?up|not have a valid (ptr|host))"},
    {"blocked sender host", "blocked", "5.7.1",
     R"(\bRBL\b|\bDNSBL\b|block ?list|black ?list|spamhaus|spamcop|\bSORBS\b|barracudacentral|njabl|ordb|senderbase|reputation|blocked (using|by|for|due|because|from|- see|at)|(is|are|been|was|has been|were) (currently |temporarily |permanently )?(blocked|banned|listed)|(your|the|sending|client|this|from) (ip|host|server|network|mail server|domain|mx)( address)?[^\n]{0,40}(blocked|banned|black|listed|not allowed|rejected|denied|refused)|access (to this mail system )?(denied|rejected) (from|by|due|for)|host rejected|client host|connection (refused|rejected|dropped) (by|due|because|from|policy)|connections? from this|banned|go away|bad reputation|poor reputation|suspicious (ip|host|activity)|no service for|sender host|your host|intrusion prevention)"},
    {"rate limit", "rate-limited", "4.7.0",
     R"(too many (connections|concurrent|messages|mails?|recipients|emails?|sessions|errors|invalid|unknown|simultaneous)|rate ?-?limit|(rate|limit) (has been )?exceeded|throttl|exceeded (the |your )*(hourly|daily|rate|sending|message|maximum number|email)|too (fast|frequent|much mail|often)|daily (sending |user |message )*(quota|limit)|sending (limit|quota)|slow down|greylist|grey-?list|gray-?list|connection(s)? (limit|frequency)|concurrent(ly)? connections|frequency limit|concurrency)"},
    {"mailbox disabled", "mailbox-disabled", "5.2.1",
     R"((account|mail ?box|user|recipient|address|mail|e-?mail|id|profile|domain|service)(\(?s\)?)?( \S+)? (is |are |has |have |been |was |currently |temporarily |permanently |administratively |already )*(not active|inactive|suspend|(temporar(il)?y )?locked|disabled|deactivated|dis-?continued|locked|closed|terminated|expired|frozen|not enabled|cancel+ed|blocked|removed|not currently|stopped|turned off|not accepting|out of service|restricted)|that you tried to reach is (disabled|inactive)|inactive (user|mailbox|account|recipient)|disabled (user|mailbox|account|recipient|due)|suspended (user|mailbox|account)|(no longer|not) (accepting|accepts?|receives?|receiving|able to receive) (any )?(mail|e-?mail|messages|new)|mailbox (is |currently )?unavailable or access denied|dormant|user.{0,20}not allowed to receive|account (has been )?(deleted|terminated)|extended inactivity|mailbox (temporarily )?(disabled|locked|busy)|сервис отключен|ящик.{0,30}(заблокирован|отключ)|konto.{0,30}gesperrt)"},
    {"user unknown", "user-unknown", "5.1.1",
     R"((user|recipient|mail ?box|account|address|addressee|alias|local ?part|name|person|receiver|mail ?address|users?|destination|login|member|customer|subscriber|uid)(\(?s\)?|'s)?[^\n]{0,80}? ?(is |was |are |were |has been |could |can ?|does |do |did |has |have )*(unknown|not ?(be )?(found|known|exist|listed|recogni[sz]ed|valid|here|local|registered|available|a (valid|known)|in (our|the|local|ldap|directory)|unique|present|on this|match|have an?|hosted|one of|our customer|identified|authori[sz]ed user)|does ?n[o']t (exist|have)|doesn'?t|don'?t exist|no longer (exist|valid|available|active|with|in use|on|here|a|member|handled|employed|works)|non-?exist|invalid|un-?recogni[sz]ed|undefined|illegal|deleted|no mailbox|incorrect|not active user|ambiguous|rejected: (unknown|undeliverable))|(no|not a(n active)?|un-?known|in-?valid|bad|illegal|non-?existent|unrecogni[sz]ed|undeliverable|wrong|incorrect|obsolete|unrouteable|unreachable|no valid|undefined|old|dead) (such )?(local )?(final )?(user|recipient|mail ?box|account|address|person|addressee|alias|local ?part|destination|name|mail ?drop|e-?mail|forwarding|receiver|uid|customer|member|subscriber|destination address|virtual user|virtual alias|rcpt)|no (such|mailbox|account|user|valid|local) ?(person|people|here|by that|with that|found|recipients?|for that|address|at this|in|on)?\b.{0,24}(here|name|address|user|mailbox|account|recipient|system|domain)|nosuchuser|invalid (final delivery )?user ?id|user ?unknown|unknown ?user|not listed in|(not|no) (a )?(known|valid|local|registered|current)( local)? (user|address|recipient|mailbox|account)|does not like recipient|unable to (find|look ?up|locate|resolve) (the )?(user|recipient|mailbox|address|email)|couldn'?t find (the )?(user|mailbox|name|email|address)|recipientnotfound|recipnotfound|resolver\.adr\.(ex)?recip|unknown local|address (error|not found|unknown|lookup failed)|check the (recipient|address|spelling|e-?mail|name)|does ?n[o']t have an? \S+ (account|mailbox|e-?mail)|(left|leaves) (the )?(company|organi[sz]ation|employ)|nicht (bekannt|gefunden|vorhanden)|unbekannt|existiert nicht|inconnu|n'existe pas|n'est pas valide|desconocid|no existe|inesistente|non esiste|sconosciut|desconhecid|não existe|存在しない|見つかりません|不明|存在しません|宛先.{0,12}(不明|誤り|なし)|不存在|没有这个|없는|존재하지|не существует|не найден|нет такого|nie istnieje|neexistuje|bestaat niet|onbekend|findes ikke|finns inte|okänd)"},
    {"relay denied", "relay-denied", "5.7.1", R"(relay(ing)?( access| is| was| mail| not| to| through| has been)*( not)? ?(denied|not (permitted|allowed|local|authori[sz]ed)|prohibited|permitted|refused|forbidden|disallowed|attempt)|(unable|not allowed|not permitted|refus(e|ed|ing)|cannot|won'?t|don'?t|not configured|denied|no|do not|unauthori[sz]ed|not authori[sz]ed) (to )?relay|we do not relay|not a gateway|(isn'?t|not) in my list of allowed rcpthosts|open relay|relaying|not (our|one of our|a local|local) (domain|customer)|domain isn'?t)"},
    {"system error", "system-error", "5.3.0",
     R"((system|local|internal|server|configuration|config|service|i/o|disk|software|processing|database|ldap|fatal|lookup|directory|transport|unknown|pipe|mailer|delivery agent|program)( delivery| configuration| server| write)? (error|fail|unavailable|problem|malfunction|crash|not available)|(can(no|')t|could ?n[o']t|unable to|failed to|error) (open|create|write|read|lock|append|access|exec|opening|writing|fork|chdir|stat|deliver to (command|program|pipe|file))|command (failed|died|time limit|not found|output)|no space left|permission denied|child (process|exited)|(exit|returned) (status|code|value|non)|i/o error|resources? (temporarily )?(unavailable|exhausted)|insufficient system (resources|storage)|out of memory|try again later|bad file|delivery agent|mail system (error|problem|full)|transaction failed|service (is )?(currently |temporarily )*unavailable|temporary (system )?failure|mailer error|mail\.local|procmail|lmtp|alias.{0,30}(loop|error)|too many open files|not configured to|mailbox.{0,12}(corrupt|format)|queue file write|misconfigur)"},
    {"network error", "network-error", "4.4.1",
     R"(connection (timed? ?out|refused|reset|closed|lost|dropped|failed|was|error|to \S+ (failed|timed))|network (is )?(unreachable|error|problem|down|failure)|no route to host|host (is )?(unreachable|down|not responding|did not respond)|(can(no|')t|could ?n[o']t|unable to|failed to) (connect|contact|establish|reach|make|open a connection|transfer)|(did not|no|not) (respond|answer|reply|response)|lost connection|timed? ?out|timeout|time-?out|server (is )?(down|unreachable|busy|not responding)|unreachable|temporar(il)?y (lookup|unable|failure|unavailable|error)|conversation with|connect(ion)? to \S+(\[\S*\])?:|while (talking|connected) to|route to|SMTP error from remote mail server after (initial|connect)|congestion|bad connection|remote (host|server) (is )?(down|closed|unavail)|name server|starttls|\btls\b|certificate|ssl)"},
    {"delayed", "expired", "4.4.7",
     R"(timed? ?out|timeout|(after|for) [\d.]+ (hours?|days?)|will (keep|continue) trying|still being retried|giving up|delay(ed)?\b|temporarily deferred|not going to try again)"},
    {"syntax error", "syntax-error", "5.5.2",
     R"(syntax error|bad (sequence|syntax|command)|command (not |un)(recogni[sz]ed|implemented|known)|unrecogni[sz]ed (command|parameter)|malformed (address|mailbox|command|recipient)|unsupported|bare (lf|line)|(illegal|invalid) (character|8bit|argument|parameter)|need (mail|rcpt|helo)|not implemented|protocol error|parse error|8-?bit)"},
    {"header or content", "content", "5.6.0",
     R"((header|content|format|attachment|mime|message-?id|from:? (header|field|line))[^\n]{0,30}(missing|invalid|not (allowed|permitted|accepted|rfc)|malformed|error|prohibited|violat|bad|illegal|duplicate|reject|forbidden)|(missing|multiple|invalid|duplicate|bad|malformed) ('?\w+'? )?(header|from|date|message-?id|mime)|rfc ?-?(2822|5322|822|5321)|not RFC|non-?compliant|conversion (required|prohibited|with loss)|multiple '?from'?|violates)"},
    {"policy", "policy", "5.7.1",
     R"(polic(y|ies)|(administrative|administratively|security|compliance|dlp) (prohibit|denied|block|reason|violation|rule|restrict)|prohibited|not (allowed|permitted|authori[sz]ed|accepted|accepting|willing)|violat|restricted|unauthori[sz]ed|forbidden|must (authenticate|issue|use)|authentication (is )?required|encryption|only (accepts?|allowed)|refused by|confidential|contrary to|local configuration|sender (verify|verification|callout)|verification failed|moderat|(members|subscribers|employees) (only|can))"},
    {"rejected", "rejected", "5.7.1",
     R"(reject|refus|den(y|ied)|not accept|declin|discard|blocked|disallow|won'?t (accept|deliver)|unacceptable|not wanted|unwelcome|filter|bounce[ds]? (by|on)|permission to post|do not have permission|may not (have|post)|投稿する権限|受信拒否|拒否)"},
    {"mailbox unavailable", "user-unknown", "5.1.1",
     R"(mailbox (is )?(unavailable|not available)|user .{0,30}unavailable|action not taken|not? (our customer|deliverable))"},
};

const PatternSet& phrase_set() {
    static const PatternSet* const set = new_pattern_set(phrases, &Phrase::pattern);
    return *set;
}

struct CodeReason {
    std::string_view detail; // subject.detail of RFC 3463, or the subject alone with a dot
    std::string_view reason;
};

// The longest match counts, so the subject rows stand last.
constexpr CodeReason code_reasons[] = {
    {"1.1", "user-unknown"},    {"1.2", "host-unknown"},
    {"1.3", "user-unknown"},    {"1.4", "user-unknown"},
    {"1.6", "moved"},           {"1.7", "rejected"},
    {"1.8", "rejected"},        {"1.9", "rejected"},
    {"1.10", "host-unknown"},   {"2.1", "mailbox-disabled"},
    {"2.2", "mailbox-full"},    {"2.3", "too-large"},
    {"2.4", "rejected"},        {"3.1", "system-error"},
    {"3.2", "system-error"},    {"3.3", "system-error"},
    {"3.4", "too-large"},       {"3.5", "system-error"},
    {"4.1", "network-error"},   {"4.2", "network-error"},
    {"4.3", "network-error"},   {"4.4", "host-unknown"},
    {"4.5", "network-error"},   {"4.6", "loop"},
    {"4.7", "expired"},         {"4.14", "loop"},
    {"5.1", "syntax-error"},    {"5.2", "syntax-error"},
    {"5.3", "rate-limited"},    {"5.4", "syntax-error"},
    {"7.1", "rejected"},        {"7.8", "policy"},
    {"7.9", "policy"},          {"7.13", "mailbox-disabled"},
    {"7.20", "authentication"}, {"7.21", "authentication"},
    {"7.22", "authentication"}, {"7.23", "authentication"},
    {"7.24", "authentication"}, {"7.25", "blocked"},
    {"7.26", "authentication"}, {"7.27", "rejected"},
    {"7.28", "rate-limited"},   {"7.509", "authentication"},
    {"7.606", "blocked"},       {"6.", "content"},
    {"7.", "policy"},           {"3.", "system-error"},
};

} // namespace

FailureReason reason_in_text(std::string_view text) {
    const std::vector<int> found = phrase_set().find(text);
    if (found.empty())
        return {};
    const Phrase& phrase = phrases[static_cast<std::size_t>(found.front())];
    return {phrase.reason, phrase.status, phrase.name};
}

FailureReason reason_of_status(std::string_view status) {
    if (status.size() < 3)
        return {};
    const std::string_view detail = status.substr(2);
    for (const CodeReason& code : code_reasons) {
        const bool is_subject = code.detail.back() == '.';
        if (is_subject ? detail.starts_with(code.detail) && !detail.ends_with(".0") : detail == code.detail)
            return {code.reason, {}, "status code"};
    }
    return {};
}

} // namespace columbarium::triage
