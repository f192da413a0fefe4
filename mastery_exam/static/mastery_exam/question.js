/* One question as it was served: its inputs, what is answered in them, and what in that cannot be read. */
(function () {
  "use strict";

  function isBlank(value) { return [].concat(value).join("").trim() === ""; }

  function Question(item) {
    this.box = document.createElement("div");
    this.box.innerHTML = item.html;
    this.inputs = item.inputs;
    this.malformed = item.malformed;
    this.first = this.sent = JSON.stringify(this.read());
  }

  Question.prototype.all = function () { return Array.prototype.slice.call(this.box.querySelectorAll("input, select, textarea")); };

  Question.prototype.controls = function (name) {
    return this.all().filter(function (control) { return control.name === name; });
  };

  /* The answers by input name: a text, or a list of texts where several boxes can be ticked. */
  Question.prototype.read = function () {
    var question = this;
    var answers = {};
    this.inputs.forEach(function (input) {
      var found = question.controls(input.name);
      var ticked = found.filter(function (control) { return control.checked; }).map(function (control) { return control.value; });
      if (found.length && found[0].type === "checkbox") { answers[input.name] = ticked; }
      else if (found.length && found[0].type === "radio") { answers[input.name] = ticked[0] || ""; }
      else { answers[input.name] = found.length ? found[0].value : ""; }
    });
    return answers;
  };

  Question.prototype.write = function (answers) {
    var question = this;
    Object.keys(answers).forEach(function (name) {
      var values = [].concat(answers[name]);
      question.controls(name).forEach(function (control) {
        if (control.type === "checkbox" || control.type === "radio") { control.checked = values.indexOf(control.value) >= 0; }
        else { control.value = values[0] || ""; }
      });
    });
    this.sent = JSON.stringify(this.read());
  };

  /* How many of its inputs are left blank. */
  Question.prototype.blanks = function () {
    var answers = this.read();
    return Object.keys(answers).filter(function (name) { return isBlank(answers[name]); }).length;
  };

  Question.prototype.isAnswered = function () { return this.blanks() < this.inputs.length; };

  Question.prototype.lock = function (locked) { this.all().forEach(function (control) { control.disabled = locked; }); };

  window.MasteryExamQuestion = Question;
})();
