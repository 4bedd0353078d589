/* What the page does in the browser: asks, opens lessons, copies, announces, keeps the focus.
   Everything listens on the document, since Gradio draws the page after this has run. */
"use strict";

(() => {
  // Gradio picks its texts by the browser's language; this page is Swedish whatever that is.
  for (const [name, value] of [["language", "sv"], ["languages", ["sv"]]]) {
    Object.defineProperty(navigator, name, { get: () => value });
  }

  const narrow = matchMedia("(max-width: 60rem)");
  const one = (selector) => document.querySelector(selector);
  const questionBox = () => one("#question textarea");
  let opener = null; // the link that opened the panel, and gets the focus back
  let askedByButton = false;
  const line = []; // questions that wait for the ones before them
  let underWay = null; // the question that has been sent, until its turn is over
  let turnsBefore = ""; // the turns that were there then
  let announced = "";
  let inView = "";
  let reading = false;

  /* --- asking ------------------------------------------------------------------------------ */

  function write(box, text) {
    const setter = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
    setter.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* One question at a time, by a field of its own: Gradio reads the field a moment after it is
     told to, and the box must be free at once. */
  function ask(question, from) {
    const known = [...line, underWay].some((other) => other?.question === question);
    if (known && !seemsLost()) return; // a double click is one question
    line.push({ question, from });
    askNext();
  }

  function askNext() {
    if (!line.length || (underWay && !seemsLost())) return;
    underWay = { ...line.shift(), sent: Date.now() };
    turnsBefore = turnsNow();
    write(one("#asked textarea"), underWay.question);
    setTimeout(() => one("#ask").click(), 60);
  }

  /* Nothing has come back for so long that another question should be let through. */
  const seemsLost = () => underWay && !underWay.seen && Date.now() - underWay.sent > 15000;

  function askByButton(question) {
    askedByButton = true;
    ask(question);
  }

  function askFromBox() {
    const box = questionBox();
    if (!box.value.trim() && underWay) return; // Enter once too often
    ask(box.value, box);
    write(box, "");
  }

  /* The same question again gets the same words; but then one turn more is over. */
  function turnsNow() {
    const over = document.querySelectorAll("#past article").length;
    return `${over}:${one("#latest article.turn")?.outerHTML ?? ""}`;
  }

  function turnChanged(turn) {
    if (!underWay || (!underWay.seen && turnsNow() === turnsBefore)) return;
    underWay.seen = true;
    if (turn.dataset.state === "streaming") return;
    giveUpWaiting(turn.dataset.state === "failed");
    askNext();
  }

  /* A box gets its question back if there is no reply to it. */
  function giveUpWaiting(failed) {
    if (failed && underWay?.from && !underWay.from.value) write(underWay.from, underWay.question);
    underWay = null;
  }

  function forgetQuestions() {
    line.length = 0;
    underWay = null;
  }

  /* --- telling those who do not see the page ----------------------------------------------- */

  function voice() {
    let region = one("#voice");
    if (!region) {
      region = document.createElement("div");
      region.id = "voice";
      region.className = "unseen";
      region.setAttribute("role", "status");
      document.body.append(region);
    }
    return region;
  }

  function say(text) {
    voice().textContent = text;
  }

  function latestChanged() {
    const turn = one("#latest article.turn");
    document.body.classList.toggle("answering", turn?.dataset.state === "streaming");
    if (!turn) return;
    const heading = turn.querySelector(".asked");
    const spoken = [...turn.querySelectorAll(".waiting, .notice, .reply")]
      .map((part) => [...part.querySelectorAll(".said, .chip, p:not(.reply-tools)"), part]
        .filter((piece) => piece === part ? !part.children.length : !piece.closest(".reply-tools"))
        .map((piece) => piece.textContent).join(" ")).join(" ");
    const key = `${turn.dataset.state}:${heading?.textContent}:${spoken}`;
    const growing = turn.dataset.state === "streaming" && !turn.querySelector(".waiting");
    if (!growing && key !== announced) {
      announced = key;
      say(spoken);
    }
    bringIntoView(turn);
    if (turn.dataset.state !== "streaming") keepFocus(heading);
    turnChanged(turn);
  }

  /* The latest turn is kept in view while it grows, until its reader scrolls or reaches for it. */
  function bringIntoView(turn) {
    const place = `${document.querySelectorAll("#past article").length}:${turn.textContent}` +
      (one("#go-on .go-on")?.textContent ?? "");
    if (turn.querySelector(".waiting")) reading = false;
    if (place === inView || reading) return;
    inView = place;
    scrollTo(one("#thread"), turn, 20);
  }

  /* Moves only the part that scrolls; scrollIntoView would push the frame of the page as well. */
  function scrollTo(scroller, element, margin) {
    const scrolls = getComputedStyle(scroller).overflowY === "auto";
    const top = element.getBoundingClientRect().top - margin;
    if (scrolls) scroller.scrollTop += top - scroller.getBoundingClientRect().top;
    else window.scrollBy(0, top);
  }

  function keepFocus(heading) {
    const lost = !document.activeElement || document.activeElement === document.body;
    if (askedByButton && heading) heading.focus({ preventScroll: true });
    else if (lost) questionBox()?.focus({ preventScroll: true });
    askedByButton = false;
  }

  /* --- the panel --------------------------------------------------------------------------- */

  const targetOf = (hash) => decodeURIComponent(hash.replace(/^#/, ""));

  async function show(path, { focus = true } = {}) {
    const body = one("#panel-body");
    body.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(`panel/${path}`, { credentials: "same-origin" });
      if (reply.status === 401) return location.reload();
      const markup = await reply.text();
      if (!reply.headers.get("content-type")?.includes("text/html")) throw new Error(markup);
      body.innerHTML = markup;
    } catch {
      body.innerHTML = '<div class="browse"><h2 tabindex="-1">Lärdomarna</h2>' +
        "<p>Lärdomen kunde inte hämtas. Försök igen om en stund.</p></div>";
    }
    body.removeAttribute("aria-busy");
    openPanel();
    const mark = body.querySelector("mark");
    const lessons = one("#lessons");
    lessons.scrollTop = 0;
    if (mark && mark.getBoundingClientRect().bottom > innerHeight) scrollTo(lessons, mark, 80);
    if (focus) body.querySelector("h2")?.focus({ preventScroll: true });
    followRebuild();
  }

  function showTarget(target, quote = "", options = {}) {
    const query = quote ? `?citat=${encodeURIComponent(quote)}` : "";
    markCurrent(target, quote);
    return show(encodeURIComponent(target) + query, options);
  }

  function markCurrent(target, quote) {
    for (const chip of document.querySelectorAll(".chip")) {
      const here = targetOf(chip.getAttribute("href")) === target &&
        (!quote || chip.dataset.quote === quote);
      if (here) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
  }

  function openPanel() {
    const panel = one("#lessons");
    document.body.classList.add("panel-open");
    const over = narrow.matches;
    for (const behind of [one("#top"), one("#chat")]) if (behind) behind.inert = over;
    if (over) {
      panel.setAttribute("role", "dialog");
      panel.setAttribute("aria-modal", "true");
    } else {
      panel.removeAttribute("role");
      panel.removeAttribute("aria-modal");
    }
  }

  async function closePanel() {
    const wasOpen = document.body.classList.contains("panel-open");
    document.body.classList.remove("panel-open");
    for (const behind of [one("#top"), one("#chat")]) if (behind) behind.inert = false;
    markCurrent("", "");
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    if (!wasOpen) return;
    const back = opener?.isConnected ? opener : questionBox();
    back?.focus();
    opener = null;
    if (!narrow.matches) {
      await show("lardomar", { focus: false });
      document.body.classList.remove("panel-open");
    }
  }

  function followHash(options) {
    const target = targetOf(location.hash);
    if (target) showTarget(target, "", options);
  }

  /* --- telling whether a reply helped ------------------------------------------------------- */

  async function send(path, fields) {
    try {
      const reply = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(fields),
        credentials: "same-origin",
      });
      return { ok: reply.ok, text: await reply.text() };
    } catch {
      return { ok: false, text: "" };
    }
  }

  async function judge(control, reason = "") {
    const place = control.closest(".verdict");
    const verdict = control.dataset.verdict ?? place.dataset.given;
    place.dataset.given = verdict;
    for (const button of place.querySelectorAll("[data-verdict]")) {
      button.setAttribute("aria-pressed", String(button.dataset.verdict === verdict));
    }
    const { ok, text } = await send("omdome", { id: place.dataset.logged, verdict, reason });
    place.querySelector(".why")?.remove();
    place.querySelector(".thanks")?.remove();
    const said = ok || text.length < 100 && text ? text : "Omdömet kunde inte sparas.";
    const after = ok && !reason ? whyForm(verdict) : thanks(said);
    place.append(after);
    say(said);
    if (reason) place.querySelector(`[data-verdict=${verdict}]`).focus();
  }

  function thanks(text) {
    const said = document.createElement("p");
    said.className = "thanks";
    said.textContent = text;
    return said;
  }

  function whyForm(verdict) {
    const form = document.createElement("form");
    form.className = "why";
    form.innerHTML = '<label for="why">' +
      (verdict === "up" ? "Tack! Vad var bra? (frivilligt)" :
        "Tack! Vad var fel, eller vad saknades? (frivilligt)") +
      '</label><div class="search-row"><input id="why" maxlength="500" autocomplete="off">' +
      '<button type="submit">Skicka</button></div>';
    return form;
  }

  /* --- rebuilding the index ---------------------------------------------------------------- */

  async function rebuild(form) {
    const password = form.querySelector("input")?.value ?? "";
    const place = one("#rebuild");
    const { ok, text } = await send("underlag/bygg", { password });
    if (ok || text.startsWith("<")) place.innerHTML = text;
    else place.prepend(thanks(text || "Indexet gick inte att bygga om."));
    say(place.querySelector(".notice, .going-on label, .rebuilt, .thanks")?.textContent ?? "");
    if (ok) followRebuild();
    else place.querySelector("input, button")?.focus();
  }

  async function followRebuild() {
    while (one("#rebuild progress")) {
      await new Promise((later) => setTimeout(later, 700));
      const reply = await fetch("panel/bygge", { credentials: "same-origin" }).catch(() => null);
      const place = one("#rebuild");
      if (!place) return; // its reader has gone on to something else
      if (reply?.ok) place.innerHTML = await reply.text();
    }
    if (!one("#rebuild")) return;
    const reply = await fetch("panel/underlag", { credentials: "same-origin" }).catch(() => null);
    if (reply?.ok) one("#panel-body").innerHTML = await reply.text();
    say(one("#rebuild .notice, #rebuild .rebuilt")?.textContent ?? "");
    if (document.activeElement === document.body) one("#panel-body h2")?.focus();
  }

  /* --- copying ----------------------------------------------------------------------------- */

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // The clipboard is only there on https and localhost; elsewhere the old way still works.
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "unseen";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const label = button.dataset.label ?? button.textContent;
    button.dataset.label = label;
    button.textContent = "Kopierat";
    say("Kopierat");
    setTimeout(() => { button.textContent = label; }, 2000);
  }

  /* --- one listener for each kind of event ------------------------------------------------- */

  document.addEventListener("click", (event) => {
    const control = event.target.closest("a, button");
    if (!control) return;
    if (control.dataset.verdict) judge(control);
    else if (control.closest("#send")) askFromBox();
    else if (control.closest("#new")) forgetQuestions();
    else if (control.dataset.ask) askByButton(control.dataset.ask);
    else if (control.dataset.copy) copy(control.dataset.copy, control);
    else if (control.dataset.copyLink) {
      copy(`${location.origin}${location.pathname}#${control.dataset.copyLink}`, control);
    } else if (control.id === "panel-close") closePanel();
    else if (control.matches('a[href^="#"]') && control.closest("#columns, #top")) {
      event.preventDefault();
      if (!control.closest("#panel")) opener = control;
      history.pushState(null, "", control.getAttribute("href"));
      showTarget(targetOf(control.getAttribute("href")), control.dataset.quote);
    }
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".search, .why, .rebuild")) return;
    event.preventDefault();
    if (event.target.matches(".why")) {
      return judge(event.target, event.target.querySelector("input").value);
    }
    if (event.target.matches(".rebuild")) return rebuild(event.target);
    const text = event.target.querySelector("input").value;
    say("Söker …");
    show(`sok?text=${encodeURIComponent(text)}`);
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target === questionBox() && !event.isComposing;
    if (event.key === "Enter" && !event.shiftKey && typing) {
      event.preventDefault();
      askFromBox();
    }
    if (event.key === "Escape" && document.body.classList.contains("panel-open")) closePanel();
  });

  for (const kind of ["wheel", "touchmove", "pointerdown"]) {
    document.addEventListener(kind, (event) => {
      if (event.target.closest?.("#thread")) reading = true;
    }, { passive: true });
  }

  addEventListener("popstate", () => (location.hash ? followHash() : closePanel()));
  narrow.addEventListener("change", () => {
    if (document.body.classList.contains("panel-open")) openPanel();
  });

  /* --- what Gradio draws ------------------------------------------------------------------- */

  function swedishToast(toast) {
    const title = toast.querySelector(".toast-title");
    const text = toast.querySelector(".toast-text");
    if (!title || toast.dataset.swedish) return;
    toast.dataset.swedish = "yes";
    const lost = /connection/i.test(`${title.textContent} ${text?.textContent}`);
    giveUpWaiting(true);
    title.textContent = lost ? "Ingen kontakt" : "Något gick fel";
    if (text) {
      text.textContent = lost
        ? "Sidan har tappat kontakten med assistenten och försöker igen."
        : "Försök igen om en stund.";
    }
    toast.querySelector("button")?.setAttribute("aria-label", "Stäng");
    say(`${title.textContent}. ${text?.textContent ?? ""}`);
  }

  function drawn() {
    for (const toast of document.querySelectorAll(".toast-body")) swedishToast(toast);
    const link = one("#download a.download");
    if (link && !link.dataset.saved) {
      link.dataset.saved = "yes";
      link.click();
      say("Filen är sparad.");
    }
    latestChanged();
  }

  function begun() {
    voice();
    const thread = one("#thread");
    thread.tabIndex = 0; // it scrolls, so the keyboard must be able to
    thread.setAttribute("role", "region");
    thread.setAttribute("aria-label", "Samtalet");
    followHash({ focus: true });
    const question = new URLSearchParams(location.search).get("fraga");
    if (question) setTimeout(() => askByButton(question), 300);
  }

  let begunAlready = false;
  new MutationObserver(() => {
    if (!begunAlready && questionBox() && one("#panel-body") && one("#thread")) {
      begunAlready = true;
      begun();
    }
    if (begunAlready) drawn();
  }).observe(document, { childList: true, subtree: true });
})();
