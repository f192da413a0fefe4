/* A judge's rating is saved while it is typed, and kept on this device until the server has said that it has it.
   Without JavaScript the form saves it. */
(function () {
  "use strict";

  var WAIT = 400;
  var RETRY = 4000;
  var form = document.getElementById("rating-form");
  var field = document.getElementById("percent");
  var state = document.getElementById("saved");
  if (!form || !field || !state) { return; }

  var words = form.dataset;
  var token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  /* A rating of the round before stands in the field as well; it is this round's only once the judge says so. */
  var stored = words.rated ? field.value.trim() : null;
  var touched = false;
  var timer = null;

  function tell(text, isWarning) {
    state.textContent = text;
    state.classList.toggle("ms-state--warn", Boolean(isWarning));
  }

  function keep(value) {
    try {
      if (value === null) { window.localStorage.removeItem(words.key); }
      else { window.localStorage.setItem(words.key, value); }
    } catch (error) {
      /* A full or forbidden storage: the value stays in the field, and the form still saves it. */
    }
  }

  function kept() {
    try { return window.localStorage.getItem(words.key); } catch (error) { return null; }
  }

  function isRating(text) {
    return /^\d{1,3}([.,]\d{1,2})?$/.test(text) && parseFloat(text.replace(",", ".")) <= 100;
  }

  function later(delay) {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, delay);
  }

  /* Resolves to whether the server holds what the field shows. */
  function send() {
    var value = field.value.trim();
    window.clearTimeout(timer);
    if (!isRating(value)) { return Promise.resolve(false); }
    if (value === stored) { return Promise.resolve(true); }
    tell(words.saving);
    return fetch(words.url, {
      method: "PUT",
      credentials: "same-origin",
      keepalive: true,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
      body: JSON.stringify({ percent: value })
    }).then(function (response) {
      if (response.status >= 500) { throw new Error(String(response.status)); }
      return response.json().then(function (body) {
        if (!response.ok) {
          tell(body.user_message, true);
          return false;
        }
        stored = value;
        if (field.value.trim() !== value) { return send(); }
        keep(null);
        tell(words.saved + " " + new Date(body.saved_at).toLocaleTimeString(document.documentElement.lang || undefined));
        return true;
      });
    }).catch(function () {
      tell(words.waiting, true);
      later(RETRY);
      return false;
    });
  }

  field.addEventListener("input", function () {
    touched = true;
    keep(field.value.trim());
    later(WAIT);
  });
  function sendTouched() { if (touched) { send(); } }
  field.addEventListener("blur", sendTouched);
  window.addEventListener("online", sendTouched);
  window.addEventListener("pagehide", sendTouched);
  form.addEventListener("submit", function (event) {
    if (!isRating(field.value.trim())) { return; } /* The server says what is wrong with it. */
    event.preventDefault();
    send().then(function (isSaved) {
      if (isSaved) { window.location.assign(words.next); }
    });
  });

  var left = kept();
  if (left === stored) { keep(null); }
  else if (left !== null && isRating(left)) {
    field.value = left;
    touched = true;
    send();
  }
}());
