// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/notice_signature.hpp"

#include "triage/pattern_set.hpp"

namespace columbarium::triage {

namespace {

struct Row {
    std::string_view name;
    Tidings tidings;
    Strength strength;
    std::string_view pattern; // see PatternSet
};

using enum Tidings;
using enum Strength;

constexpr Row subjects[] = {
    {"delivered subject", delivered, system,
     R"(^(delivered|relayed|expanded): |status notification \((success|relay|expand)\)|successful (mail )?delivery|(delivery|return)[- ]receipt|delivery confirmation|was (successfully )?delivered|zustellbestätigung|acuse de recibo|delivery (notification: )?.{0,20}success|mail delivered)"},
    {"read subject", read, system,
     R"(^(read|gelesen|lu|leído|letto|lida|gelezen|læst|прочтено|已读|開封済み|not read|deleted): |read receipt|lesebestätigung|return receipt \(displayed\)|disposition notification|message (was )?(read|displayed)|開封確認|accusé de lecture|confirmation de lecture|conferma di lettura)"},
    {"delay subject", delayed, system,
     R"(status notification \((delay|warning)\)|)"
     R"(delivery (status notification|report).{0,6}(delay|warning)|)"
     R"(warning: .{0,40}(could not|not yet|cannot|unable|delay)|)"
     R"((message|mail) .{0,30}(still )?(delayed|being retried|undelivered after)|)"
     R"(mail (delivery )?(delayed|warning|deferred)|zugestellt.{0,20}verzög|warning - delayed|)"
     R"(delivery notification: .{0,12}delayed|^delayed mail \()"},
    {"failure subject", failed, system,
     R"(^failed mail\b|(message|mail) could not be processed|)"
     R"(delivery (status notification|failure\b)|)"
     R"((mail|message|e-?mail) (could not be|could not|was not|not|cannot be) (delivered|deliver)\b|)"
     R"(message status - undeliver|mail delivery (failed|failure|error|subsystem|system)|)"
     R"(returned mail\b|undeliver(able|ed)|un-?deliverable|non-?deliver(y|able)|)"
     R"(returned (mail|message|e-?mail|to sender)|return(ed)? to sender|failure notice|failure delivery|)"
     R"(mail (system )?error|mail failure|)"
     R"(mail delivery (failed|failure|problem|error|subsystem|system|report|status|incomplete)|)"
     R"((message|mail) status - undeliver|^ndn: |^ndr: |^ndn\b|)"
     R"(nicht (zugestellt|zustellbar|ausgeliefert)|unzustellbar|zustellung.{0,30}(fehl|nicht)|)"
     R"(fehler.{0,20}zustell|zurück an absender|)"
     R"((échec|erreur|impossib).{0,30}(remise|distribution|envoi|livraison|delivr)|)"
     R"(non (remis|distribu|délivr)|(error|fallo).{0,20}(entrega|envío)|mancat[ao] (consegna|recapito)|)"
     R"(impossibile (recapitare|consegnare)|errore.{0,20}(consegna|recapito)|)"
     R"((não|nao) (entreg|foi (possível|entreg))|falha (na|de) entrega|не ?доставлен|недоставк|)"
     R"(ошибка доставки|配信(エラー|不能|失敗|でき)|送信(エラー|できません|失敗)|エラーメール|未達|不達|退信|无法(投递|送达|传递)|投递失败|發送失敗|退件|)"
     R"(배달 ?(실패|되지)|전송 ?(실패|오류)|반송|onbestelbaar|niet (bezorgd|afgeleverd|besteld)|olevererbar|)"
     R"(kunde inte levereras|(ikke|kunne ikke) (leveret|levert)|niedostarcz|nie (mogła|dostarczon)|)"
     R"(zwrócon|nedoručiteln|nelze doručit|nedorucen|kézbesíthetetlen|teslim edile|iletilem|toimittamat|)"
     R"(mail could not|there was an error sending your mail|postfix smtp server: errors|)"
     R"(delivery-failure|deliveryfailure|undelivery|aborted mail)"},
    {"words of delay in the subject", delayed, phrase,
     R"(delayed (mail|message|e-?mail|delivery)|)"
     R"(delivery (has been |is |temporarily )?(delayed|deferred|suspended)|^delay(ed)?: |verzöger|)"
     R"(delivery.{0,12}delay|(temporary|transient) (delivery )?(fail|problem|error)|^warning from)"},
    {"words of failure in the subject", failed, phrase,
     R"(not delivered|mail failed|)"
     R"((mail|message|e-?mail) (was |has |could |can |is |not )*(not be delivered|not delivered|undelivered|delivery (failed|failure|error|problem)|bounced|rejected by|returned|blocked by)|)"
     R"(delivery (status notification|report|status|notification|failure|failed|error|problem|unsuccessful)|)"
     R"((unable|failed|failure|error|problem|cannot|can't|could not|couldn't|impossible) ?(in |to )?(deliver|sending|delivering|send(ing)? (your )?(mail|message)|reach)|)"
     R"(unknown (user|recipient|address)|user unknown|)"
     R"((address|recipient|mailbox) (unknown|not found|full|unavailable)|)"
     R"(permanent (fatal )?(delivery )?(fail|error)|bounced? (mail|message|notice|notification)|)"
     R"(message (status|delivery|undeliverable|refused|not delivered|rejected)|)"
     R"(retour.{0,20}(courrier|expéditeur)|no (entregad|se (pudo|ha podido))|devuelto|devolvid[oa]|)"
     R"(возврат|返送|cannot deliver|dead letter|lost mail|wrong (e-?mail )?address|)"
     R"(no such (user|address|account)|invalid (user|address|recipient|e-?mail)|)"
     R"(account (closed|disabled|does not exist))"},
};

constexpr Row texts[] = {
    // Still being tried, in words of one system each.
    {"postfix delay", delayed, system,
     R"(this is a warning (message )?only|you do not need to resend your message)"},
    {"exim delay", delayed, system,
     R"(has not yet been delivered|)"
     R"(has not been delivered to (all|one or more) of its recipients (after|on))"},
    {"retried", delayed, system,
     R"(have not (yet )?been able to deliver|not (yet )?been able to deliver your message (yet|so far)|)"
     R"(transient non-?fatal error|delivery attempts will (continue|be)|)"
     R"(attempts? to deliver .{0,40}will continue|retry (is )?scheduled|will-retry-until)"},
    {"delayed", delayed, system,
     R"(delivery (to the following recipients? )?has been delayed|could not send message for past|)"
     R"(action: *delayed|technical details of temporary failure|warning: message still undelivered|)"
     R"(transient (non-)?fatal errors)"},

    // Given up, in words of one system each.
    {"qmail", failed, system,
     R"(this is the \S+ program at|i'm afraid i wasn't able to deliver your message|)"
     R"(i'm not going to try again|i wasn't able to establish an smtp connection|)"
     R"(i couldn't find (any|a) host|this is a permanent error; i've given up)"},
    {"exim", failed, system,
     R"(this message was created automatically by mail delivery software|)"
     R"(a message (that you|you|sent by|from).{0,80}(could not|cannot) be delivered)"},
    {"postfix", failed, system,
     R"(this is the (mail system|\S+ program|\S+ mail system) at host|i'?m sorry to have to inform you)"},
    {"sendmail", failed, system,
     R"(-{3,} ?(the following addresses|transcript of session|unsent message|message delivered|recipients of this)|)"
     R"(the following addresses had|transcript of (the )?(session|attempts)|permanent fatal errors|)"
     R"(the original message was received (at|on)|\.\.\. while talking to \S+:)"},
    {"exchange", failed, system,
     R"(did not reach the following recipient|did not reach (some or )?all|delivery has failed to these|)"
     R"(the following recipient(\(s\)|s)? (could ?not|cannot|can ?not) be reached|)"
     R"(the following organization rejected|generating server|diagnostic information for administrators|)"
     R"(could not be delivered because you'?re not allowed|konnte nicht an (alle|einige|folgende)|)"
     R"(couldn.t be delivered to the (following|recipient))"},
    {"microsoft smtp", failed, system,
     R"(this is an automatically generated delivery status notification|)"
     R"(delivery to the following recipients? (failed|was aborted|has failed|could not)|)"
     R"(unable to deliver message to the following|delevery to the following)"},
    {"domino", failed, system,
     R"(was not delivered to:|)"
     R"((not listed in|no match found in|not found in) .{0,30}(domino|name & address|address book|directory)|)"
     R"(not listed in (public|domino))"},
    {"groupwise", failed, system, R"(the message that you sent was undeliverable)"},
    {"gmail", failed, system,
     R"(delivery to the following recipients? failed|technical details of permanent failure|)"
     R"(google tried to deliver your message|グループにメッセージを投稿|recipient inbox full|)"
     R"(the group you tried to contact|the response from the remote server was|)"
     R"(your message wasn'?t delivered to \S+@)"},
    {"yahoo", failed, system,
     R"(sorry,? (we were|i was) unable to deliver your message|this user doesn'?t have an? \S+ account|)"
     R"(unable to deliver message to the following address|remote host said|)"
     R"(message from +\S+\. unable to deliver)"},
    {"imail", failed, system,
     R"(user mailbox exceeds allowed size|invalid final delivery userid|delivery failed \d+ attempts|)"
     R"(undeliverable to \S+@|mailbox (is )?full: )"},
    {"courier", failed, system,
     R"(this is a delivery status notification from|)"
     R"(your message to the following recipients? cannot be delivered)"},
    {"mdaemon", failed, system, R"(the attached message had permanent fatal delivery errors)"},
    {"netscape", failed, system, R"(this message was undeliverable due to the following)"},
    {"lotus", failed, system,
     R"(-{3,} *(failure reasons|failed recipients)|failed to deliver to '?\S+@|)"
     R"(reason[s]? for (non-?delivery|failure))"},
    {"compuserve", failed, system,
     R"(your message could not be delivered for the following|invalid receiver address)"},
    {"x400", failed, system,
     R"(non-?delivery (report|notification|of message)|this report relates to a message|)"
     R"(non-?delivery reason)"},
    {"imta", failed, system,
     R"(your message cannot be delivered to the following|illegal host/domain name found|)"
     R"(reason: (rejection|illegal|remote smtp|unknown|server rejected))"},
    {"smtp gateway", failed, system,
     R"(here is your list of failed recipients|message from interscan|failed addresses follow|)"
     R"(recipients? (has |have )?(did not receive|not received) (your|this)|undeliverable address:|)"
     R"(user'?s mailbox is full|the e-?mail below could not be delivered|invalid receiver address|)"
     R"(message not delivered to|the deliver program at|check your send e-?mail address|)"
     R"(mail delivery agent at|machine generated message from mail|your mail to the following|)"
     R"(the following message to .{0,80}was undeliverable|could not be delivered to the following|)"
     R"(we had trouble delivering|)"
     R"(the following recipients? (returned|were affected|has been|failed|was rejected|could not|did not)|)"
     R"(each of the following recipients? was rejected|recipient address rejected|error message below:|)"
     R"(error-for:|message non-deliverable|message log follows|)"
     R"(following addresses? (had delivery errors|failed:))"},
    {"mail filter", failed, system,
     R"(smtp command\b.{0,20}data|自動的に生成して送信しています|送信できません|配信できません|配信不能|届け.{0,10}(でき|られ)ません|エラーのため送信|)"
     R"(送信に失敗|未配信)"},
    {"amazon", failed, system,
     R"("notificationtype" ?: ?"bounce"|)"
     R"(an error occurred while trying to deliver the mail to the following)"},

    // Words that people and shops use, too.
    {"words of delay", delayed, phrase,
     R"((will be|still being|is being) (re-?tried|attempted)|)"
     R"(will (keep|continue) (trying|to try|attempting|to attempt)|)"
     R"((no action is required on your part|you do not need to (resend|take any)|do not resend)|)"
     R"(system will (try|retry|continue)|will (be )?(re)?tr(y|ied) (again )?(for|until|every)|)"
     R"(next (attempt|retry)|is still (in the|being|trying)|)"
     R"((message|mail|delivery) (has been|is|was) (temporarily )?(delayed|deferred)\b|)"
     R"((is|was) not (yet )?delivered (yet|after)|undelivered (after|for)|wird verzögert|verzögert sich|)"
     R"(remise.{0,20}retard)"},
    {"words of failure", failed, phrase,
     R"((user|recipient|address|mailbox|account) (is |was )?(unknown|not known|not found|invalid)|)"
     R"((user|recipient|address|mailbox|account) does not exist|)"
     R"((unknown|no such|invalid|not a valid) (user|recipient|address|mailbox)|)"
     R"(i've given up|sorry, (no mailbox here|i couldn't find|i wasn't able|no such)|)"
     R"(i'm sorry to inform you that|while talking to \S+|couldn'?t (deliver|be delivered)|)"
     R"(wasn'?t delivered|message was not delivered|(user|account) .{0,40}(not found|unknown) \(\S+\)|)"
     R"(the response (was|from the remote server)|message not delivered|address not found|)"
     R"(message blocked|group.{0,40}(may not exist|not have permission to post)|delivery incomplete|)"
     R"(message from +\S+\.|unknown (user|host): \S+|undeliverable mail|failed address:|)"
     R"(session transcript|message was undeliverable|receiver not found|)"
     R"(unable[- ]to[- ](transfer|deliver)|x\.?400|your message was not delivered|)"
     R"(recipient not (known|reachable)|intended recipient:|(are|is) not accepting mail from|)"
     R"(there(?:'s| is) a problem (with the|delivering)|unfortunately, your (mail|message) was not|)"
     R"(failed recipient|the message cannot be delivered|recipient'?s mailbox is|)"
     R"(the following (message|mail|e-?mail).{0,80}(could not|was not|cannot) be? ?(delivered|sent)|)"
     R"((error|failed)( in)? (while )?(transferring|sending) (your )?(message|mail) (to|via)|)"
     R"((errors?|problems?) (occurred|encountered) (while|during|when) (delivering|sending|trying to (deliver|send))|)"
     R"(server response (was|:)|)"
     R"(following addresses? (had delivery errors|failed|were not|was not|could not|rejected|is|are) ?|)"
     R"(失敗しました|送れません|見つかりません)"},
    {"not delivered", failed, phrase,
     R"((message|mail|e-?mail|letter|delivery|it|following|which) [^.]{0,60}(could ?not|can ?not|couldn't|can't|was not|were not|has not been|not|failed|unable|impossible) ?(to )?(be )?(yet )?(deliver|sent|reach|forward|transmit|relay|process)|)"
     R"((unable|could not|cannot|failed|fails|failure|not able|impossible|can't|couldn't|wasn't able|were unable|was unable|not possible) (to |in )?(deliver|transmit|send|route|relay|forward|transfer|delivering|sending)|)"
     R"(undeliver(able|ed)|un-deliverable|non-?deliver(y|able|ed)|)"
     R"(deliver(y|ies) (has |have |was |of |to |attempt |status: ?|status |for |permanently )*(fail|error|problem|abort|unsuccess|not )|)"
     R"((fail|failed|failure|error|problem)s? (delivery|delivering|to deliver|in delivery|address|recipient|during deliver|sending)|)"
     R"(return(ed|ing)( message| mail| it| your)? to (the )?(sender|you)|)"
     R"((is|was|been) (being )?(returned|bounced|rejected|refused)|)"
     R"(permanent(ly)? (error|fail|fatal|reject)|will not be delivered|)"
     R"((mail|message) (bounced|rejected|refused|returned))"},
    {"not delivered, other languages", failed, phrase,
     R"(nicht (zugestellt|zustellbar|ausgeliefert|übermittelt|erreich|weitergeleitet|gesendet|versendet)|)"
     R"(unzustellbar|zustellung .{0,60}(fehlgeschlagen|nicht|unmöglich|gescheitert)|)"
     R"((pas|n'a pu|n'ont pu|impossible|échec|échoué).{0,40}(remis|distribu|délivr|remettre|livr|achemin|transmi|envoy)|)"
     R"(non (remis|distribu|délivr)|)"
     R"(no (se )?(ha |han |pudo |puede |pudieron |fue |es )?(podido |posible )?(ser )?(entreg|enviar|enviado|hacer llegar)|)"
     R"((impossibile|non (è|e'|sono) stat[oi]).{0,30}(recapit|consegn|inviar|inoltr)|)"
     R"((não|nao) (foi|pôde|pode|pôde ser|conseguiu|conseguimos).{0,20}(entreg|enviad|possível)|)"
     R"(не (может быть |удалось |было |был |доставлено)?(доставлен|доставить|отправить)|недостав|)"
     R"(kon(den)? niet .{0,40}(bezorgd|afgeleverd|besteld|verzonden)|onbestelbaar|)"
     R"(kunde inte (levereras|skickas|nå)|kunne ikke (leveres|sendes|nå)|)"
     R"(nie (mogła|można|mógł|została|udało się).{0,30}(dostarcz|doręcz|wysła)|nelze doručit|)"
     R"(nebyla? (možné )?doruč|nem (lehet|sikerült) kézbesít|teslim edile|无法(投递|送达|传递|发送)|投递(失败|不成功)|)"
     R"(未能(投递|送达)|無法(投遞|傳遞|寄送)|전송(하지|되지|에 실패|할 수)|배달(되지|할 수|에 실패)|voitu toimittaa)"},
    {"SMTP answer", failed, phrase,
     R"((^|[\s:;<>\[(#"'])5\d\d[ -]#?(5\.\d+\.\d+|[A-Za-z<"'(\[])|\b5\.[0-7]\.\d{1,3}\b)"},
    {"SMTP dialogue", failed, phrase, R"(^ ?<<< ?[45]\d\d|>>> ?(rcpt|data|mail|ehlo|helo)|rcpt to: ?<)"},

    // It arrived.
    {"delivered", delivered, system,
     R"((was|were|has been|been) (successfully )?(delivered|relayed) to( the following| :|:)|)"
     R"(successfully delivered|your message was successfully|successfully (relayed|sent on)|)"
     R"("notificationtype" ?: ?"delivery"|relayed to the following|action: *(delivered|relayed|expanded))"},
    {"read", read, system,
     R"((your message|message).{0,200}(was (read|displayed|opened) on|has been (displayed|read|opened))|)"
     R"(this is (only )?(an?|the) (return )?receipt|this receipt (verifies|shows)|)"
     R"(bestätigung.{0,60}(gelesen|angezeigt)|wurde .{0,40}gelesen)"},
};

const PatternSet& subject_set() {
    static const PatternSet* const set = new_pattern_set(subjects, &Row::pattern);
    return *set;
}

const PatternSet& text_set() {
    static const PatternSet* const set = new_pattern_set(texts, &Row::pattern);
    return *set;
}

} // namespace

Signature signature_of_subject(std::string_view subject) {
    const std::vector<int> found = subject_set().find(subject);
    if (found.empty())
        return {};
    const Row& row = subjects[static_cast<std::size_t>(found.front())];
    return {row.tidings, row.strength, row.name};
}

Signature signature_of_text(std::string_view text) {
    Signature best;
    for (const int index : text_set().find(text)) {
        const Row& row = texts[static_cast<std::size_t>(index)];
        // The table's order is the order of precedence: delays first, then failures, the strong ones before
        // the phrases, then arrivals.
        if (best.tidings == none || (best.strength == phrase && row.strength == system))
            best = {row.tidings, row.strength, row.name};
    }
    return best;
}

} // namespace columbarium::triage
