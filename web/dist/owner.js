var scheduling=(function(e){Object.defineProperty(e,Symbol.toStringTag,{value:`Module`});var t=globalThis,n=t.ShadowRoot&&(t.ShadyCSS===void 0||t.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,r=Symbol(),i=new WeakMap,a=class{constructor(e,t,n){if(this._$cssResult$=!0,n!==r)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(n&&e===void 0){let n=t!==void 0&&t.length===1;n&&(e=i.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&i.set(t,e))}return e}toString(){return this.cssText}},o=e=>new a(typeof e==`string`?e:e+``,void 0,r),s=(e,...t)=>new a(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,r),c=(e,r)=>{if(n)e.adoptedStyleSheets=r.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let n of r){let r=document.createElement(`style`),i=t.litNonce;i!==void 0&&r.setAttribute(`nonce`,i),r.textContent=n.cssText,e.appendChild(r)}},l=n?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return o(t)})(e):e,{is:u,defineProperty:d,getOwnPropertyDescriptor:f,getOwnPropertyNames:p,getOwnPropertySymbols:m,getPrototypeOf:ee}=Object,h=globalThis,te=h.trustedTypes,ne=te?te.emptyScript:``,re=h.reactiveElementPolyfillSupport,ie=(e,t)=>e,ae={toAttribute(e,t){switch(t){case Boolean:e=e?ne:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},oe=(e,t)=>!u(e,t),se={attribute:!0,type:String,converter:ae,reflect:!1,useDefault:!1,hasChanged:oe};Symbol.metadata??=Symbol(`metadata`),h.litPropertyMetadata??=new WeakMap;var g=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=se){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&d(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=f(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??se}static _$Ei(){if(this.hasOwnProperty(ie(`elementProperties`)))return;let e=ee(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(ie(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(ie(`properties`))){let e=this.properties,t=[...p(e),...m(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(l(e))}else e!==void 0&&t.push(l(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return c(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?ae:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?ae:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??oe)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};g.elementStyles=[],g.shadowRootOptions={mode:`open`},g[ie(`elementProperties`)]=new Map,g[ie(`finalized`)]=new Map,re?.({ReactiveElement:g}),(h.reactiveElementVersions??=[]).push(`2.1.2`);var ce=globalThis,le=e=>e,ue=ce.trustedTypes,de=ue?ue.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,fe=`$lit$`,_=`lit$${Math.random().toFixed(9).slice(2)}$`,pe=`?`+_,me=`<${pe}>`,he=document,ge=()=>he.createComment(``),_e=e=>e===null||typeof e!=`object`&&typeof e!=`function`,ve=Array.isArray,ye=e=>ve(e)||typeof e?.[Symbol.iterator]==`function`,be=`[ 	
\f\r]`,xe=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Se=/-->/g,Ce=/>/g,v=RegExp(`>|${be}(?:([^\\s"'>=/]+)(${be}*=${be}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),we=/'/g,Te=/"/g,Ee=/^(?:script|style|textarea|title)$/i,De=e=>(t,...n)=>({_$litType$:e,strings:t,values:n}),y=De(1),b=De(2),x=Symbol.for(`lit-noChange`),S=Symbol.for(`lit-nothing`),Oe=new WeakMap,C=he.createTreeWalker(he,129);function ke(e,t){if(!ve(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return de===void 0?t:de.createHTML(t)}var Ae=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=xe;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===xe?c[1]===`!--`?o=Se:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=v):(Ee.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=v):o=Ce:o===v?c[0]===`>`?(o=i??xe,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?v:c[3]===`"`?Te:we):o===Te||o===we?o=v:o===Se||o===Ce?o=xe:(o=v,i=void 0);let d=o===v&&e[t+1].startsWith(`/>`)?` `:``;a+=o===xe?n+me:l>=0?(r.push(s),n.slice(0,l)+fe+n.slice(l)+_+d):n+_+(l===-2?t:d)}return[ke(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},je=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=Ae(t,n);if(this.el=e.createElement(l,r),C.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=C.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(fe)){let t=u[o++],n=i.getAttribute(e).split(_),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?Ie:r[1]===`?`?Le:r[1]===`@`?Re:Fe}),i.removeAttribute(e)}else e.startsWith(_)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(Ee.test(i.tagName)){let e=i.textContent.split(_),t=e.length-1;if(t>0){i.textContent=ue?ue.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],ge()),C.nextNode(),c.push({type:2,index:++a});i.append(e[t],ge())}}}else if(i.nodeType===8){if(i.data===pe)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(_,e+1))!==-1;)c.push({type:7,index:a}),e+=_.length-1}}a++}}static createElement(e,t){let n=he.createElement(`template`);return n.innerHTML=e,n}};function Me(e,t,n=e,r){if(t===x)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=_e(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=Me(e,i._$AS(e,t.values),i,r)),t}var Ne=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??he).importNode(t,!0);C.currentNode=r;let i=C.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new Pe(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new ze(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=C.nextNode(),a++)}return C.currentNode=he,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},Pe=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=S,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=Me(this,e,t),_e(e)?e===S||e==null||e===``?(this._$AH!==S&&this._$AR(),this._$AH=S):e!==this._$AH&&e!==x&&this._(e):e._$litType$===void 0?e.nodeType===void 0?ye(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==S&&_e(this._$AH)?this._$AA.nextSibling.data=e:this.T(he.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=je.createElement(ke(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new Ne(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=Oe.get(e.strings);return t===void 0&&Oe.set(e.strings,t=new je(e)),t}k(t){ve(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(ge()),this.O(ge()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=le(e).nextSibling;le(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},Fe=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=S,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=S}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=Me(this,e,t,0),a=!_e(e)||e!==this._$AH&&e!==x,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=Me(this,r[n+o],t,o),s===x&&(s=this._$AH[o]),a||=!_e(s)||s!==this._$AH[o],s===S?e=S:e!==S&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===S?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},Ie=class extends Fe{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===S?void 0:e}},Le=class extends Fe{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==S)}},Re=class extends Fe{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=Me(this,e,t,0)??S)===x)return;let n=this._$AH,r=e===S&&n!==S||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==S&&(n===S||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},ze=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){Me(this,e)}},Be={M:fe,P:_,A:pe,C:1,L:Ae,R:Ne,D:ye,V:Me,I:Pe,H:Fe,N:Le,U:Re,B:Ie,F:ze},Ve=ce.litHtmlPolyfillSupport;Ve?.(je,Pe),(ce.litHtmlVersions??=[]).push(`3.3.3`);var He=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new Pe(t.insertBefore(ge(),e),e,void 0,n??{})}return i._$AI(e),i},Ue=globalThis,w=class extends g{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=He(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return x}};w._$litElement$=!0,w.finalized=!0,Ue.litElementHydrateSupport?.({LitElement:w});var We=Ue.litElementPolyfillSupport;We?.({LitElement:w}),(Ue.litElementVersions??=[]).push(`4.2.2`);var T=class extends Error{constructor(e,t={}){super(t.message??e),this.name=`Refusal`,this.kind=e,this.word=t.word??``,this.code=t.code??``,this.detail=t.detail??``,this.wait=t.wait}},Ge={22023:`malformed`,23514:`malformed`,23502:`malformed`,"22P02":`malformed`,22007:`malformed`,22008:`malformed`,23505:`duplicate`,23503:`gone`,42501:`forbidden`,"23P01":`conflict`,PT404:`gone`,PT409:`conflict`,PT410:`expired`,PT429:`too_many`,PT502:`calendar`,PT503:`calendar`};function Ke(e,t){let n=t.code??``,r=t.details??``,i=/^([\w.[\]-]+)(?: (\d+))?:/.exec(r),a=/constraint "(\w+)"/.exec(t.message??``),o={message:t.message??``,word:i?.[1]===`wait`?`wait`:i?.[1]??a?.[1]??``,code:n||String(e),detail:r,...i?.[1]===`wait`&&i[2]?{wait:Number(i[2])}:{}};if(e===401)return new T(`signed_out`,o);let s=Ge[n];return s?new T(s,o):e===0||e===408||e>=502?new T(`lost`,o):new T(`failed`,o)}var qe=/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;function Je(e,t){let n=t[new Intl.Locale(e).language]??{},r=new Intl.NumberFormat(Ze(e)),i=new Intl.PluralRules(e),a=new Intl.PluralRules(`en`);return(o,s={})=>{let c=n[o]??t.en?.[o]??o;return(typeof c==`string`?c:c[(o in n?i:a).select(Number(s.count??0))]??c.other).replace(/\{(\w+)\}/g,(t,n)=>{let i=s[n]??``;return typeof i==`number`?r.format(i):$e(i,e)})}}var Ye=[`ar`,`de`,`en`,`es`,`fr`,`it`,`ja`,`nl`,`pl`,`pt`];function Xe(...e){for(let t of e)try{if(t&&Ye.includes(new Intl.Locale(t).language))return t}catch{}return`en`}function Ze(e){return new Intl.Locale(e,{calendar:`gregory`,numberingSystem:`latn`}).toString()}function Qe(e){return new Intl.Locale(e).language===`ar`?`rtl`:`ltr`}function $e(e,t){return(Qe(t)===`rtl`?/[A-Za-z0-9]/.test(e):qe.test(e))?`\u2068${e}\u2069`:e}function et(e){let t=new Intl.DateTimeFormat(e,{hour:`numeric`}).resolvedOptions().hourCycle;return t===`h11`||t===`h12`?`h12`:`h23`}var tt=new Map,E=class{#e;constructor(e,t,n=et(e)){this.locale=Ze(e),this.zone=t,this.cycle=n;let r=n===et(e);this.#e={hour:n===`h23`&&(!r||nt(this.locale))?`2-digit`:`numeric`,minute:`2-digit`,...r?{}:{hourCycle:n}}}time(e){return this.#n(this.#e).format(e)}timeTold(e,t){let n=this.time(e);return t.some(t=>t!==e&&Math.abs(t-e)<=it&&this.time(t)===n)?this.#n({...this.#e,timeZoneName:`short`}).format(e):n}range(e,t){let n=[this.timeTold(e,[t]),this.timeTold(t,[e])],r=this.#n(this.#e);return this.#n(st).format(e)===this.#n(st).format(t)&&n[0]===this.time(e)?r.formatRange(e,t):`${n[0]} – ${n[1]}`}day(e){return this.#n(at,`UTC`).format(ct(e))}shortDay(e){return this.#n(ot,`UTC`).format(ct(e))}dateTime(e){return this.#n({...at,...this.#e}).format(e)}month(e){return this.#n({month:`long`,year:`numeric`},`UTC`).format(ct(`${e}-01`))}zoneName(e){return this.#t(e,`longGeneric`)}offset(e){return this.#t(e,`shortOffset`)}length(e){let t=[[Math.floor(e/60),`hour`],[e%60,`minute`]].filter(([t],n)=>t>0||n===1&&e===0).map(([e,t])=>new Intl.NumberFormat(this.locale,{style:`unit`,unit:t,unitDisplay:`long`}).format(e));return new Intl.ListFormat(this.locale,{type:`unit`,style:`short`}).format(t)}list(e){return new Intl.ListFormat(this.locale,{type:`conjunction`,style:`long`}).format(e)}number(e){return new Intl.NumberFormat(this.locale).format(e)}clock(e){return e===`24:00`&&this.cycle===`h23`?e:this.#n(this.#e,`UTC`).format(Date.parse(`1970-01-01T${e===`24:00`?`00:00`:e}Z`))}weekdayName(e,t){return this.#n({weekday:t},`UTC`).format(Date.UTC(2026,10,1+e))}#t(e,t){return this.#n({timeZoneName:t}).formatToParts(e).find(e=>e.type===`timeZoneName`)?.value??this.zone}#n(e,t=this.zone){let n=`${this.locale} ${t} ${JSON.stringify(e)}`,r=tt.get(n);return r||(r=new Intl.DateTimeFormat(this.locale,{...e,timeZone:t}),tt.set(n,r)),r}};function nt(e){return new Intl.DateTimeFormat(e,{timeStyle:`short`,timeZone:`UTC`}).format(rt).includes(`09`)}var rt=Date.UTC(2026,10,1,9,5),it=144e5,at={weekday:`long`,day:`numeric`,month:`long`,year:`numeric`},ot={weekday:`short`,day:`numeric`,month:`short`},st={day:`numeric`,month:`numeric`,year:`numeric`};function ct(e){return Date.parse(`${e}T12:00:00Z`)}var lt=class extends Error{constructor(e){super(e.message),this.name=`PostgrestError`,this.details=e.details,this.hint=e.hint,this.code=e.code}toJSON(){return{name:this.name,message:this.message,details:this.details,hint:this.hint,code:this.code}}},ut=3,dt=e=>Math.min(1e3*2**e,3e4),ft=[520,503],pt=[`GET`,`HEAD`,`OPTIONS`];function mt(e){"@babel/helpers - typeof";return mt=typeof Symbol==`function`&&typeof Symbol.iterator==`symbol`?function(e){return typeof e}:function(e){return e&&typeof Symbol==`function`&&e.constructor===Symbol&&e!==Symbol.prototype?`symbol`:typeof e},mt(e)}function ht(e,t){if(mt(e)!=`object`||!e)return e;var n=e[Symbol.toPrimitive];if(n!==void 0){var r=n.call(e,t||`default`);if(mt(r)!=`object`)return r;throw TypeError(`@@toPrimitive must return a primitive value.`)}return(t===`string`?String:Number)(e)}function gt(e){var t=ht(e,`string`);return mt(t)==`symbol`?t:t+``}function _t(e,t,n){return(t=gt(t))in e?Object.defineProperty(e,t,{value:n,enumerable:!0,configurable:!0,writable:!0}):e[t]=n,e}function vt(e,t){var n=Object.keys(e);if(Object.getOwnPropertySymbols){var r=Object.getOwnPropertySymbols(e);t&&(r=r.filter(function(t){return Object.getOwnPropertyDescriptor(e,t).enumerable})),n.push.apply(n,r)}return n}function yt(e){for(var t=1;t<arguments.length;t++){var n=arguments[t]==null?{}:arguments[t];t%2?vt(Object(n),!0).forEach(function(t){_t(e,t,n[t])}):Object.getOwnPropertyDescriptors?Object.defineProperties(e,Object.getOwnPropertyDescriptors(n)):vt(Object(n)).forEach(function(t){Object.defineProperty(e,t,Object.getOwnPropertyDescriptor(n,t))})}return e}function bt(e,t){return new Promise(n=>{if(t?.aborted){n();return}let r=setTimeout(()=>{t?.removeEventListener(`abort`,i),n()},e);function i(){clearTimeout(r),n()}t?.addEventListener(`abort`,i)})}function xt(e,t,n,r){return!(!r||n>=ut||!pt.includes(e)||!ft.includes(t))}async function St(e,t,n,r){let i=0;for(;;){let a=yt({},n.headers);i>0&&(a[`X-Retry-Count`]=String(i));let o;try{o=await e(t,{method:n.method,headers:a,body:n.body,signal:n.signal})}catch(e){if(e?.name===`AbortError`||e?.code===`ABORT_ERR`||e?.name===`TimeoutError`&&n.signal?.aborted||!pt.includes(n.method))throw e;if(r&&i<ut){let e=dt(i);i++,await bt(e,n.signal);continue}throw e}if(xt(n.method,o.status,i,r)){let e=o.headers?.get(`Retry-After`)??null,t=e===null?dt(i):Math.max(0,parseInt(e,10)||0)*1e3;await o.text(),i++,await bt(t,n.signal)}else return o}}var Ct=class{constructor(e){this.shouldThrowOnError=!1,this.retryEnabled=!0,this.method=e.method,this.url=e.url,this.headers=new Headers(e.headers),this.schema=e.schema,this.body=e.body,this.shouldThrowOnError=e.shouldThrowOnError??!1,this.signal=e.signal,this.isMaybeSingle=e.isMaybeSingle??!1,this.shouldStripNulls=e.shouldStripNulls??!1,this.urlLengthLimit=e.urlLengthLimit??8e3,this.retryEnabled=e.retry??!0,this.fetch=e.fetch?e.fetch:fetch}throwOnError(){return this.shouldThrowOnError=!0,this}stripNulls(){if(this.headers.get(`Accept`)===`text/csv`)throw Error(`stripNulls() cannot be used with csv()`);return this.shouldStripNulls=!0,this}setHeader(e,t){return this.headers=new Headers(this.headers),this.headers.set(e,t),this}retry(e){return this.retryEnabled=e,this}then(e,t){var n=this;if(this.schema===void 0||([`GET`,`HEAD`].includes(this.method)?this.headers.set(`Accept-Profile`,this.schema):this.headers.set(`Content-Profile`,this.schema)),this.method!==`GET`&&this.method!==`HEAD`&&this.headers.set(`Content-Type`,`application/json`),this.shouldStripNulls){let e=this.headers.get(`Accept`);e===`application/vnd.pgrst.object+json`?this.headers.set(`Accept`,`application/vnd.pgrst.object+json;nulls=stripped`):e&&e!==`application/json`||this.headers.set(`Accept`,`application/vnd.pgrst.array+json;nulls=stripped`)}let r=this.fetch,i=(async()=>{let e={};n.headers.forEach((t,n)=>{e[n]=t});let t=await St(r,n.url.toString(),{method:n.method,headers:e,body:JSON.stringify(n.body,(e,t)=>typeof t==`bigint`?t.toString():t),signal:n.signal},n.retryEnabled);return await n.processResponse(t)})();return this.shouldThrowOnError||(i=i.catch(e=>{let t=``,n=``,r=``,i=e?.cause;if(i){let n=i?.message??``,r=i?.code??``;t=`${e?.name??`FetchError`}: ${e?.message}`,t+=`\n\nCaused by: ${i?.name??`Error`}: ${n}`,r&&(t+=` (${r})`),i?.stack&&(t+=`\n${i.stack}`)}else t=e?.stack??``;let a=this.url.toString().length;return e?.name===`AbortError`||e?.code===`ABORT_ERR`?(r=``,n=`Request was aborted (timeout or manual cancellation)`,a>this.urlLengthLimit&&(n+=`. Note: Your request URL is ${a} characters, which may exceed server limits. If selecting many fields, consider using views. If filtering with large arrays (e.g., .in('id', [many IDs])), consider using an RPC function to pass values server-side.`)):(i?.name===`HeadersOverflowError`||i?.code===`UND_ERR_HEADERS_OVERFLOW`)&&(r=``,n=`HTTP headers exceeded server limits (typically 16KB)`,a>this.urlLengthLimit&&(n+=`. Your request URL is ${a} characters. If selecting many fields, consider using views. If filtering with large arrays (e.g., .in('id', [200+ IDs])), consider using an RPC function instead.`)),{success:!1,error:{message:`${e?.name??`FetchError`}: ${e?.message}`,details:t,hint:n,code:r},data:null,count:null,status:0,statusText:``}})),i.then(e,t)}async processResponse(e){var t=this;let n=null,r=null,i=null,a=e.status,o=e.statusText;if(e.ok){if(t.method!==`HEAD`){let i=await e.text();if(i!==``){if(t.headers.get(`Accept`)===`text/csv`)r=i;else if(t.headers.get(`Accept`)&&t.headers.get(`Accept`)?.includes(`application/vnd.pgrst.plan+text`))r=i;else try{r=JSON.parse(i)}catch{if(n={message:i},r=null,t.shouldThrowOnError)throw new lt({message:i,details:``,hint:``,code:``})}}}let s=t.headers.get(`Prefer`)?.match(/count=(exact|planned|estimated)/),c=e.headers.get(`content-range`)?.split(`/`);if(s&&c&&c.length>1&&(i=parseInt(c[1])),t.isMaybeSingle&&Array.isArray(r)){if(r.length>1){if(n={code:`PGRST116`,details:`Results contain ${r.length} rows, application/vnd.pgrst.object+json requires 1 row`,hint:null,message:`JSON object requested, multiple (or no) rows returned`},r=null,i=null,a=406,o=`Not Acceptable`,t.shouldThrowOnError)throw new lt(yt(yt({},n),{},{hint:n.hint??``}))}else r=r.length===1?r[0]:null}}else{let i=await e.text();try{n=JSON.parse(i),Array.isArray(n)&&e.status===404&&(r=[],n=null,a=200,o=`OK`)}catch{e.status===404&&i===``?(a=204,o=`No Content`):n={message:i}}if(n&&t.shouldThrowOnError)throw new lt(n)}return{success:n===null,error:n,data:r,count:i,status:a,statusText:o}}returns(){return this}overrideTypes(){return this}},wt=class extends Ct{throwOnError(){return super.throwOnError()}select(e){let t=!1,n=(e??`*`).split(``).map(e=>/\s/.test(e)&&!t?``:(e===`"`&&(t=!t),e)).join(``);return this.url.searchParams.set(`select`,n),this.headers.append(`Prefer`,`return=representation`),this}order(e,{ascending:t=!0,nullsFirst:n,foreignTable:r,referencedTable:i=r}={}){let a=i?`${i}.order`:`order`,o=this.url.searchParams.get(a);return this.url.searchParams.set(a,`${o?`${o},`:``}${e}.${t?`asc`:`desc`}${n===void 0?``:n?`.nullsfirst`:`.nullslast`}`),this}limit(e,{foreignTable:t,referencedTable:n=t}={}){let r=n===void 0?`limit`:`${n}.limit`;return this.url.searchParams.set(r,`${e}`),this}range(e,t,{foreignTable:n,referencedTable:r=n}={}){let i=r===void 0?`offset`:`${r}.offset`,a=r===void 0?`limit`:`${r}.limit`;return this.url.searchParams.set(i,`${e}`),this.url.searchParams.set(a,`${t-e+1}`),this}abortSignal(e){return this.signal=e,this}single(){return this.headers.set(`Accept`,`application/vnd.pgrst.object+json`),this}maybeSingle(){return this.isMaybeSingle=!0,this}csv(){return this.headers.set(`Accept`,`text/csv`),this}geojson(){return this.headers.set(`Accept`,`application/geo+json`),this}explain({analyze:e=!1,verbose:t=!1,settings:n=!1,buffers:r=!1,wal:i=!1,format:a=`text`}={}){let o=[e?`analyze`:null,t?`verbose`:null,n?`settings`:null,r?`buffers`:null,i?`wal`:null].filter(Boolean).join(`|`),s=this.headers.get(`Accept`)??`application/json`;return this.headers.set(`Accept`,`application/vnd.pgrst.plan+${a}; for="${s}"; options=${o};`),this}rollback(){return this.headers.append(`Prefer`,`tx=rollback`),this}returns(){return this}maxAffected(e){return this.headers.append(`Prefer`,`handling=strict`),this.headers.append(`Prefer`,`max-affected=${e}`),this}},Tt=RegExp(`[,()]`),Et=class extends wt{throwOnError(){return super.throwOnError()}eq(e,t){return this.url.searchParams.append(e,`eq.${t}`),this}neq(e,t){return this.url.searchParams.append(e,`neq.${t}`),this}gt(e,t){return this.url.searchParams.append(e,`gt.${t}`),this}gte(e,t){return this.url.searchParams.append(e,`gte.${t}`),this}lt(e,t){return this.url.searchParams.append(e,`lt.${t}`),this}lte(e,t){return this.url.searchParams.append(e,`lte.${t}`),this}like(e,t){return this.url.searchParams.append(e,`like.${t}`),this}likeAllOf(e,t){return this.url.searchParams.append(e,`like(all).{${t.join(`,`)}}`),this}likeAnyOf(e,t){return this.url.searchParams.append(e,`like(any).{${t.join(`,`)}}`),this}ilike(e,t){return this.url.searchParams.append(e,`ilike.${t}`),this}ilikeAllOf(e,t){return this.url.searchParams.append(e,`ilike(all).{${t.join(`,`)}}`),this}ilikeAnyOf(e,t){return this.url.searchParams.append(e,`ilike(any).{${t.join(`,`)}}`),this}regexMatch(e,t){return this.url.searchParams.append(e,`match.${t}`),this}regexIMatch(e,t){return this.url.searchParams.append(e,`imatch.${t}`),this}is(e,t){return this.url.searchParams.append(e,`is.${t}`),this}isDistinct(e,t){return this.url.searchParams.append(e,`isdistinct.${t}`),this}in(e,t){let n=Array.from(new Set(t)).map(e=>typeof e==`string`&&Tt.test(e)?`"${e}"`:`${e}`).join(`,`);return this.url.searchParams.append(e,`in.(${n})`),this}notIn(e,t){let n=Array.from(new Set(t)).map(e=>typeof e==`string`&&Tt.test(e)?`"${e}"`:`${e}`).join(`,`);return this.url.searchParams.append(e,`not.in.(${n})`),this}contains(e,t){return typeof t==`string`?this.url.searchParams.append(e,`cs.${t}`):Array.isArray(t)?this.url.searchParams.append(e,`cs.{${t.join(`,`)}}`):this.url.searchParams.append(e,`cs.${JSON.stringify(t)}`),this}containedBy(e,t){return typeof t==`string`?this.url.searchParams.append(e,`cd.${t}`):Array.isArray(t)?this.url.searchParams.append(e,`cd.{${t.join(`,`)}}`):this.url.searchParams.append(e,`cd.${JSON.stringify(t)}`),this}rangeGt(e,t){return this.url.searchParams.append(e,`sr.${t}`),this}rangeGte(e,t){return this.url.searchParams.append(e,`nxl.${t}`),this}rangeLt(e,t){return this.url.searchParams.append(e,`sl.${t}`),this}rangeLte(e,t){return this.url.searchParams.append(e,`nxr.${t}`),this}rangeAdjacent(e,t){return this.url.searchParams.append(e,`adj.${t}`),this}overlaps(e,t){return typeof t==`string`?this.url.searchParams.append(e,`ov.${t}`):this.url.searchParams.append(e,`ov.{${t.join(`,`)}}`),this}textSearch(e,t,{config:n,type:r}={}){let i=``;r===`plain`?i=`pl`:r===`phrase`?i=`ph`:r===`websearch`&&(i=`w`);let a=n===void 0?``:`(${n})`;return this.url.searchParams.append(e,`${i}fts${a}.${t}`),this}match(e){return Object.entries(e).filter(([e,t])=>t!==void 0).forEach(([e,t])=>{this.url.searchParams.append(e,`eq.${t}`)}),this}not(e,t,n){return this.url.searchParams.append(e,`not.${t}.${n}`),this}or(e,{foreignTable:t,referencedTable:n=t}={}){let r=n?`${n}.or`:`or`;return this.url.searchParams.append(r,`(${e})`),this}filter(e,t,n){return this.url.searchParams.append(e,`${t}.${n}`),this}},Dt=class{constructor(e,{headers:t={},schema:n,fetch:r,urlLengthLimit:i=8e3,retry:a}){this.url=e,this.headers=new Headers(t),this.schema=n,this.fetch=r,this.urlLengthLimit=i,this.retry=a}cloneRequestState(){return{url:new URL(this.url.toString()),headers:new Headers(this.headers)}}select(e,t){let{head:n=!1,count:r}=t??{},i=n?`HEAD`:`GET`,a=!1,o=(e??`*`).split(``).map(e=>/\s/.test(e)&&!a?``:(e===`"`&&(a=!a),e)).join(``),{url:s,headers:c}=this.cloneRequestState();return s.searchParams.set(`select`,o),r&&c.append(`Prefer`,`count=${r}`),new Et({method:i,url:s,headers:c,schema:this.schema,fetch:this.fetch,urlLengthLimit:this.urlLengthLimit,retry:this.retry})}insert(e,{count:t,defaultToNull:n=!0}={}){let{url:r,headers:i}=this.cloneRequestState();if(t&&i.append(`Prefer`,`count=${t}`),n||i.append(`Prefer`,`missing=default`),Array.isArray(e)){let t=e.reduce((e,t)=>e.concat(Object.keys(t)),[]);if(t.length>0){let e=[...new Set(t)].map(e=>`"${e}"`);r.searchParams.set(`columns`,e.join(`,`))}}return new Et({method:`POST`,url:r,headers:i,schema:this.schema,body:e,fetch:this.fetch??fetch,urlLengthLimit:this.urlLengthLimit,retry:this.retry})}upsert(e,{onConflict:t,ignoreDuplicates:n=!1,count:r,defaultToNull:i=!0}={}){let{url:a,headers:o}=this.cloneRequestState();if(o.append(`Prefer`,`resolution=${n?`ignore`:`merge`}-duplicates`),t!==void 0&&a.searchParams.set(`on_conflict`,t),r&&o.append(`Prefer`,`count=${r}`),i||o.append(`Prefer`,`missing=default`),Array.isArray(e)){let t=e.reduce((e,t)=>e.concat(Object.keys(t)),[]);if(t.length>0){let e=[...new Set(t)].map(e=>`"${e}"`);a.searchParams.set(`columns`,e.join(`,`))}}return new Et({method:`POST`,url:a,headers:o,schema:this.schema,body:e,fetch:this.fetch??fetch,urlLengthLimit:this.urlLengthLimit,retry:this.retry})}update(e,{count:t}={}){let{url:n,headers:r}=this.cloneRequestState();return t&&r.append(`Prefer`,`count=${t}`),new Et({method:`PATCH`,url:n,headers:r,schema:this.schema,body:e,fetch:this.fetch??fetch,urlLengthLimit:this.urlLengthLimit,retry:this.retry})}delete({count:e}={}){let{url:t,headers:n}=this.cloneRequestState();return e&&n.append(`Prefer`,`count=${e}`),new Et({method:`DELETE`,url:t,headers:n,schema:this.schema,fetch:this.fetch??fetch,urlLengthLimit:this.urlLengthLimit,retry:this.retry})}};function Ot(e,t){try{let t=JSON.parse(e);if(t&&typeof t==`object`&&!Array.isArray(t))return new lt({message:String(t.message??e),details:t.details??``,hint:t.hint??``,code:t.code??``})}catch{}return new lt({message:e||t,details:``,hint:``,code:``})}function kt(e,t,n){let r=e;return{success:!1,error:new lt({message:`${r?.name??`FetchError`}: ${r?.message}`,details:``,hint:``,code:``}),data:null,count:null,status:t,statusText:n}}function At(e,t){return t===void 0||t<=0?e:(n,r)=>{let i=new AbortController,a=setTimeout(()=>i.abort(),t),o=r?.signal;if(o){if(o.aborted)return clearTimeout(a),e(n,r);let t=()=>{clearTimeout(a),i.abort()};return o.addEventListener(`abort`,t,{once:!0}),e(n,yt(yt({},r),{},{signal:i.signal})).finally(()=>{clearTimeout(a),o.removeEventListener(`abort`,t)})}return e(n,yt(yt({},r),{},{signal:i.signal})).finally(()=>clearTimeout(a))}}var jt=class e{constructor(e,{headers:t={},schema:n,fetch:r,timeout:i,urlLengthLimit:a=8e3,retry:o,wrapFetch:s}={}){this.url=e,this.headers=new Headers(t),this.schemaName=n,this.urlLengthLimit=a,this.timeout=i,this.wrapFetch=s,this.baseFetch=r??globalThis.fetch,this.fetch=this.baseFetch?this.decorateFetch(this.baseFetch):void 0,this.retry=o}decorateFetch(e){return At(this.wrapFetch?this.wrapFetch(e):e,this.timeout)}from(e,t){if(!e||typeof e!=`string`||e.trim()===``)throw Error(`Invalid relation name: relation must be a non-empty string.`);return new Dt(new URL(`${this.url}/${e}`),{headers:new Headers(this.headers),schema:this.schemaName,fetch:t?.fetch?this.decorateFetch(t.fetch):this.fetch,urlLengthLimit:t?.urlLengthLimit??this.urlLengthLimit,retry:t?.retry??this.retry})}schema(t){return new e(this.url,{headers:this.headers,schema:t,fetch:this.baseFetch,timeout:this.timeout,wrapFetch:this.wrapFetch,urlLengthLimit:this.urlLengthLimit,retry:this.retry})}async getOpenApiSpec(){var e=this;let t=new Headers(e.headers);t.set(`Accept`,`application/openapi+json`),e.schemaName&&t.set(`Accept-Profile`,e.schemaName);let n={};t.forEach((e,t)=>{n[t]=e});let r=e.fetch??globalThis.fetch,i;try{i=await St(r,`${e.url}/`,{method:`GET`,headers:n},e.retry??!0)}catch(e){return kt(e,0,``)}let a;try{a=await i.text()}catch(e){return kt(e,i.status,i.statusText)}if(i.ok)try{return{success:!0,error:null,data:JSON.parse(a),count:null,status:i.status,statusText:i.statusText}}catch{}return{success:!1,error:Ot(a,i.statusText),data:null,count:null,status:i.status,statusText:i.statusText}}rpc(e,t={},{head:n=!1,get:r=!1,count:i}={}){let a,o=new URL(`${this.url}/rpc/${e}`),s,c=e=>typeof e==`object`&&!!e&&(!Array.isArray(e)||e.some(c)),l=n&&Object.values(t).some(c);l?(a=`POST`,s=t):n||r?(a=n?`HEAD`:`GET`,Object.entries(t).filter(([e,t])=>t!==void 0).map(([e,t])=>[e,Array.isArray(t)?`{${t.join(`,`)}}`:`${t}`]).forEach(([e,t])=>{o.searchParams.append(e,t)})):(a=`POST`,s=t);let u=new Headers(this.headers);return l?u.set(`Prefer`,i?`count=${i},return=minimal`:`return=minimal`):i&&u.set(`Prefer`,`count=${i}`),new Et({method:a,url:o,headers:u,schema:this.schemaName,body:s,fetch:this.fetch??fetch,urlLengthLimit:this.urlLengthLimit,retry:this.retry})}},Mt=15e3,Nt=class{#e;constructor(e){this.#e=e;let t={headers:{...e.headers},fetch:(e,t)=>this.#t(e,t),retry:!1,...e.schema?{schema:e.schema}:{}};this.tables=new jt(Rt(e.api),t)}read(e,t={},n={}){let r=this.tables.rpc(e,Lt(t),{get:!0}).select(n.select??`*`);return n.signal&&(r=r.abortSignal(n.signal)),D(r)}call(e,t={},n={}){let r=this.tables.rpc(e,Lt(t));return n.signal&&(r=r.abortSignal(n.signal)),D(r)}async value(e,t={}){return await this.call(e,t)}async file(e,t,n){let{schema:r}=this.#e,i={...this.#e.headers,Accept:n,"Content-Type":`application/json`,...r?{"Content-Profile":r}:{}},a=await this.#t(`${Rt(this.#e.api)}/rpc/${e}`,{method:`POST`,headers:i,body:JSON.stringify(Lt(t))}).catch(e=>{throw It(0,{message:String(e)})});if(a.ok)return a.blob();throw It(a.status,await a.json().catch(()=>({})))}async#t(e,t={}){let n=await this.#n(e,t,!1);return n.status!==401||!this.#e.token?n:this.#n(e,t,!0)}async#n(e,t,n){let r=new Headers(t.headers),i=await this.#e.token?.(n);i&&r.set(`Authorization`,`Bearer ${i}`);let a=[AbortSignal.timeout(Mt)];return t.signal&&a.push(t.signal),fetch(e,{...t,headers:r,signal:AbortSignal.any(a),credentials:`omit`,referrerPolicy:`no-referrer`})}};async function D(e){let{data:t,error:n,status:r}=await Ft(e);if(n)throw It(r,n);return t??[]}async function Pt(e){let[t]=await D(e);if(t===void 0)throw new T(`gone`);return t}async function Ft(e){try{return await e}catch(e){throw It(0,{message:String(e)})}}function It(e,t){return e===0&&typeof navigator<`u`&&navigator.onLine===!1?new T(`offline`):Ke(e,t)}function Lt(e){return Object.fromEntries(Object.entries(e).filter(([,e])=>e!==void 0&&e!==``))}function Rt(e){let t=typeof document>`u`?void 0:document.baseURI;return new URL(e,t).href.replace(/\/$/,``)}var zt=4.5;function Bt(e){e.style.removeProperty(`--_on-accent`);let t=getComputedStyle(e),n=Ut(t.accentColor),r=Ut(t.outlineColor);if(!n||!r||Vt(n,r)>=zt)return;let i=Vt(n,[0,0,0]),a=Vt(n,[255,255,255]);e.style.setProperty(`--_on-accent`,i>a?`#000`:`#fff`)}function Vt(e,t){let[n,r]=[Ht(e),Ht(t)].sort((e,t)=>t-e);return(n+.05)/(r+.05)}function Ht(e){let[t,n,r]=e.map(e=>{let t=e/255;return t<=.04045?t/12.92:((t+.055)/1.055)**2.4});return .2126*t+.7152*n+.0722*r}function Ut(e){let t=e.match(/-?[\d.]+(e-?\d+)?/g)?.map(Number);if(!t||t.length<3)return;let n=e.startsWith(`color(srgb`)?255:1;if(e.startsWith(`rgb`)||n!==1)return[t[0]*n,t[1]*n,t[2]*n]}var Wt=s`
  :host {
    color-scheme: light dark;
    --_font: var(--scheduling-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
    --_font-size: var(--scheduling-font-size, 1rem);
    --_accent: var(--scheduling-accent, light-dark(#1f5fd0, #8db4ff));
    --_on-accent: var(--scheduling-on-accent, light-dark(#ffffff, #0b1730));
    --_surface: var(--scheduling-surface, light-dark(#ffffff, #15181e));
    --_surface-2: var(--scheduling-surface-2, light-dark(#f4f6f9, #1e232b));
    --_text: var(--scheduling-text, light-dark(#161b24, #e9edf4));
    --_text-muted: var(--scheduling-text-muted, light-dark(#566072, #a5afbf));
    --_border: var(--scheduling-border, light-dark(#d5dbe4, #363d49));
    /* edges of controls, which have to be seen (WCAG 1.4.11) */
    --_edge: color-mix(in srgb, var(--_text) 52%, var(--_surface));
    --_free: var(--scheduling-free, light-dark(#e6eefc, #22345a));
    --_danger: var(--scheduling-danger, light-dark(#b3261e, #ff9d95));
    --_success: var(--scheduling-success, light-dark(#146c43, #7fd6a8));
    --_focus: var(--scheduling-focus, var(--_accent));
    --_radius: var(--scheduling-radius, 10px);
    --_gap: var(--scheduling-gap, 1rem);
    --_control-height: var(--scheduling-control-height, 2.75rem);
    --_max-width: var(--scheduling-max-width, 64rem);
    --_shadow: var(--scheduling-shadow, 0 1px 2px rgb(0 0 0 / 6%), 0 8px 24px rgb(0 0 0 / 6%));

    display: block;
    color: var(--_text);
    font: 400 var(--_font-size) / 1.5 var(--_font);
    /* not drawn: read by contrast.ts, since browsers compute these and no custom property */
    accent-color: var(--_accent);
    outline-color: var(--_on-accent);
    text-align: start;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
`,Gt=s`
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  fieldset,
  dl,
  dd {
    margin: 0;
    padding: 0;
    border: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1,
  h2,
  h3 {
    line-height: 1.25;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  h1 {
    font-size: 1.5em;
  }
  h2 {
    font-size: 1.15em;
  }
  h3 {
    font-size: 1em;
  }
  a {
    color: var(--_accent);
    text-underline-offset: 0.15em;
  }
  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  h1:focus,
  h2:focus,
  h3:focus {
    outline: none;
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-block-size: var(--_control-height);
    min-inline-size: var(--_control-height);
    padding: 0.4em 1em;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    font-weight: 550;
    text-decoration: none;
    cursor: pointer;
    transition: background-color 120ms, border-color 120ms;
  }
  button:hover:not([disabled], [aria-disabled='true']),
  .button:hover {
    background: var(--_surface-2);
  }
  button.primary,
  .button.primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
  }
  button.primary:hover:not([disabled], [aria-disabled='true']),
  .button.primary:hover {
    background: color-mix(in srgb, var(--_accent) 88%, var(--_text));
  }
  button.plain {
    border-color: transparent;
    background: none;
    color: var(--_accent);
  }
  button.danger {
    border-color: var(--_danger);
    color: var(--_danger);
  }
  button.icon {
    padding: 0;
  }
  button[disabled],
  button[aria-disabled='true'] {
    cursor: default;
    opacity: 0.6;
  }

  label,
  legend {
    font-weight: 550;
  }
  .field {
    display: grid;
    gap: 0.3em;
  }
  .field > .help {
    color: var(--_text-muted);
    font-size: 0.9em;
  }
  .field > .error {
    color: var(--_danger);
    font-size: 0.9em;
    font-weight: 550;
  }
  input,
  select,
  textarea {
    min-block-size: var(--_control-height);
    inline-size: 100%;
    padding: 0.4em 0.75em;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
  }
  input:is([type='checkbox'], [type='radio']) {
    min-block-size: 1.5rem;
    inline-size: 1.5rem;
    margin: 0;
    accent-color: var(--_accent);
  }
  input[aria-invalid='true'],
  select[aria-invalid='true'],
  textarea[aria-invalid='true'] {
    border-color: var(--_danger);
    box-shadow: inset 0 0 0 1px var(--_danger);
  }
  textarea {
    min-block-size: 6rem;
    resize: vertical;
  }

  /* an input[type=checkbox].switch with role="switch" */
  input.switch {
    appearance: none;
    position: relative;
    flex: none;
    inline-size: 2.75rem;
    min-block-size: 1.5rem;
    block-size: 1.5rem;
    padding: 0;
    border-radius: 1rem;
    background: var(--_surface-2);
    cursor: pointer;
  }
  input.switch::before {
    content: '';
    position: absolute;
    inset-block-start: 3px;
    inset-inline-start: 3px;
    inline-size: 1rem;
    block-size: 1rem;
    border-radius: 50%;
    background: var(--_edge);
    transition: inset-inline-start 120ms;
  }
  input.switch:checked {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  input.switch:checked::before {
    inset-inline-start: calc(100% - 3px - 1rem);
    background: var(--_on-accent);
  }

  .card {
    padding: calc(var(--_gap) * 1.25);
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 1.4);
    background: var(--_surface);
  }
  .muted {
    color: var(--_text-muted);
  }
  .notice {
    padding: 0.75em 1em;
    border: 1px solid var(--_border);
    border-inline-start: 4px solid var(--_accent);
    border-radius: var(--_radius);
    background: var(--_surface-2);
  }
  .notice.error {
    border-inline-start-color: var(--_danger);
  }
  .notice.success {
    border-inline-start-color: var(--_success);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75em;
  }
  .stack {
    display: grid;
    gap: var(--_gap);
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      transition: none !important;
      animation: none !important;
    }
  }
  @media (forced-colors: active) {
    button,
    .button,
    input.switch {
      border: 1px solid ButtonText;
    }
    input.switch::before {
      background: ButtonText;
    }
    input.switch:checked {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`,Kt=class extends w{static{this.properties={api:{},schema:{},locale:{},timezone:{},theme:{reflect:!0},headers:{attribute:!1}}}static{this.styles=[Wt,Gt]}#e;constructor(){super(),this.api=``,this.theme=`auto`}get server(){return this.#e??=new Nt(this.connection()),this.#e}connection(){return{api:this.api,schema:this.schema,headers:this.headers}}language(...e){return Xe(this.locale,this.parentElement?.closest(`[lang]`)?.getAttribute(`lang`),...navigator.languages,...e)}tell(e,t={}){return this.dispatchEvent(new CustomEvent(`scheduling-${e}`,{detail:t,bubbles:!0,composed:!0,cancelable:!0}))}willUpdate(e){[`api`,`schema`,`headers`].some(t=>e.has(t))&&(this.#e=void 0),this.lang=this.language(),this.parentElement?.closest(`[dir]`)||(this.dir=Qe(this.lang))}updated(e){e.has(`theme`)&&Bt(this)}},qt={en:{page_title:`Scheduling`,page_sections:`Sections`,section_meetings:`Meetings`,section_links:`Booking links`,section_availability:`Availability`,section_calendars:`Calendars`,sign_in_button:`Sign in`,sign_in_title:`Sign in to your scheduling`,sign_in_help:`Paste the access token that your application or administrator gave you. It is kept in this tab only, until it is closed.`,sign_in_expired:`Your session has ended. Sign in again to go on: nothing that you changed here is lost.`,token_label:`Access token`,token_ended:`This access token is not taken, or not any more.`,token_wrong:`This is no access token: three parts with dots between them.`,consent_blocked:`Your browser did not open the consent page.`,consent_open:`Open it`,no_owners:`Nobody has made you a manager of anything here yet.`,no_owners_help:`Ask your administrator to add you to a client, or to give you a profile of your own.`,calendar_broken:`A calendar needs your attention: busy times are not read from it.`,calendar_look:`Look at calendars`,calendar_tab_done:`The calendar is connected. You can close this tab and go on in the one that you came from.`,calendar_tab_failed:`The calendar was not connected. You can close this tab and try again in the one that you came from.`,links_title:`Booking links`,links_intro:`Each link is a page on which guests book a time with you.`,links_none:`No booking links yet`,links_none_help:`Make one, and send its address to whom you want to meet.`,link_new:`New link`,link_edit:`Edit`,link_edit_named:`Edit {title}`,link_active:`Bookings are open: {title}`,link_on:`On`,link_off:`Off`,link_copy:`Copy link`,link_copy_named:`Copy the address of {title}`,link_copied:`Copied`,link_copied_said:`The address of {title} is copied.`,link_copy_failed:`Your browser did not let the address be copied. Here it is:`,link_open:`Open page`,link_open_named:`Open the page of {title}`,link_no_address:`No public address is set up for booking pages yet. Ask your administrator.`,link_delete:`Delete`,link_delete_named:`Delete {title}`,link_delete_title:`Delete “{title}”?`,link_delete_meetings:{one:`One meeting to come was booked with it. It stays in your list and calendar, but its guest can no longer move it on the page.`,other:`{count} meetings to come were booked with it. They stay in your list and calendar, but their guests can no longer move them on the page.`},link_delete_none:`No meetings to come were booked with it.`,link_delete_unknown:`How many meetings to come were booked with it could not be asked.`,link_delete_for_good:`Its address will no longer work. This cannot be undone.`,link_delete_instead:`To stop bookings for a while, switch it off instead.`,link_deleted:`“{title}” is deleted.`,link_switched_on:`Bookings are open again: “{title}”.`,link_switched_off:`“{title}” takes no more bookings.`,cancel_keep:`Keep it`,yes:`Yes`,no:`No`,back_to_links:`All booking links`,link_new_title:`New booking link`,link_basics:`What it is`,link_title:`Title`,link_title_help:`Guests read it, and invitations are named by it.`,link_slug:`Address`,link_slug_help:`Letters, digits, “-” and “_”. Changing it breaks addresses that you gave out.`,link_description:`Description`,link_description_help:`What the meeting is about and what to bring. Web addresses become links.`,link_where:`Where`,conferencing_none:`No video call`,conferencing_google_meet:`Google Meet`,conferencing_teams:`Microsoft Teams`,conferencing_label:`Video call`,conferencing_help:`Made by your connected calendar when a meeting is booked.`,link_location:`Place`,link_location_help:`An address, a room, “We call you”, or a web address.`,link_lengths:`Length`,link_duration:`Length in minutes`,link_more_lengths:`Other lengths that guests may choose`,link_add_length:`Add a length`,link_remove_length:`Remove this length`,link_length_nth:`Other length {count}, in minutes`,link_interval:`A start every (minutes)`,link_interval_help:`Leave it empty to offer one start after the other, as long as the meeting is.`,link_times:`When guests can book`,link_hours:`Hours`,link_hours_owner:`The usual weekly hours`,link_hours_own:`Hours of this link alone`,link_hours_wrong:`Please correct the marked hours.`,link_hours_help:`Days with other hours and time off count for every link.`,link_notice:`At least this long before`,link_notice_help:`How soon before a meeting it can be booked.`,link_window:`Days ahead`,link_window_help:`0 means today only.`,link_buffer_before:`Free before (minutes)`,link_buffer_after:`Free after (minutes)`,link_cap:`Most meetings a day`,link_cap_help:`Leave it empty for no cap.`,link_questions:`Questions to guests`,link_questions_help:`Name and e-mail address are always asked, phone and notes may always be given.`,question_add:`Add a question`,question_none:`No further questions.`,question_nth:`Question {count}`,question_label:`Question`,question_type:`Answer`,question_type_text:`One line`,question_type_long_text:`Several lines`,question_type_choice:`One of several`,question_type_choices:`Some of several`,question_type_boolean:`Yes or no`,question_type_number:`A number`,question_type_email:`An e-mail address`,question_type_phone:`A phone number`,question_type_url:`A web address`,question_type_date:`A date`,question_required:`Must be answered`,question_options:`Choices`,question_options_help:`One a line.`,question_placeholder:`Example in the empty field`,question_help:`Help beneath the question`,question_max_length:`Most characters`,question_up:`Move up`,question_down:`Move down`,question_remove:`Remove`,question_up_nth:`Move question {count} up`,question_down_nth:`Move question {count} down`,question_remove_nth:`Remove question {count}`,question_moved:`Now question {count}.`,question_removed:`The question is removed.`,question_more:`Help, example and limits`,link_after:`After booking`,link_may_cancel:`Guests may cancel`,link_may_move:`Guests may move it to another time`,link_until_before:`Until this long before it begins`,link_reminders:`Reminders to guests`,link_reminders_none:`No reminders.`,link_reminder_nth:`Reminder {count}, before the meeting`,link_add_reminder:`Add a reminder`,link_remove_reminder:`Remove this reminder`,link_redirect:`Page to go to after a booking`,link_redirect_help:`An https address. Empty: guests stay on the confirmation.`,link_locale:`Language of mails`,link_locale_owner:`As the owner’s`,link_advanced:`Limits against floods`,link_advanced_help:`Far above what people do. Empty means no limit.`,link_attempts:`Attempts of one address within an hour`,link_bookings:`Bookings of one address within an hour`,link_upcoming:`Bookings to come of one address`,link_moves:`Moves of one booking within an hour`,unit:`Unit`,unit_minutes:`minutes`,unit_hours:`hours`,unit_days:`days`,preview:`Preview`,preview_times:`Times`,preview_form:`Form`,preview_unsaved:`With what is typed here, saved or not.`,preview_hours:`Hours of this link alone, and the cap, count once it is saved.`,preview_none:`No free times in the next two weeks.`,preview_wrong:`Correct the marked numbers to see times.`,preview_zone:`Times in {zone}`,preview_more:{one:`and one more`,other:`and {count} more`},check_fields:{one:`One field needs another look.`,other:`{count} fields need another look.`},title_missing:`Please give it a title.`,slug_missing:`Please give it an address.`,slug_wrong:`Letters, digits, “-” and “_” only, beginning with a letter or digit; at most 128.`,slug_taken:`This address is taken.`,slug_use:`Use {slug}`,length_wrong:`Please type minutes from 1 to 1440.`,length_repeated:`This length is there already.`,lengths_too_many:`At most 20 lengths can be offered.`,minutes_wrong:`Please type whole minutes, 0 or more.`,number_wrong:`Please type a whole number.`,window_wrong:`Please type days from 0 to 3650.`,cap_wrong:`Please type a whole number of at least 1, or leave it empty.`,attempts_wrong:`Please type a number from 1 to 10000, or leave it empty.`,questions_too_many:`At most 50 questions can be asked.`,question_label_missing:`Please type the question.`,line_too_long:`At most 200 characters.`,text_too_long:`At most 1000 characters.`,options_missing:`Please give at least one choice.`,options_repeated:`A choice is there twice.`,options_too_many:`At most 100 choices can be given.`,max_length_wrong:`Please type a number from 1 to 10000, or leave it empty.`,reminder_wrong:`From 5 minutes to 30 days before.`,reminder_repeated:`This reminder is there already.`,reminders_too_many:`At most 5 reminders can be sent.`,redirect_wrong:`Please give an address that begins with https://`,field_refused:`The database does not take this.`,meetings_title:`Meetings`,meetings_which:`Which meetings`,shelf_upcoming:`To come`,shelf_past:`Past`,shelf_cancelled:`Cancelled`,meetings_none_upcoming:`No meetings to come`,meetings_none_upcoming_help:`What guests book stands here, the next one first.`,meetings_none_past:`No past meetings`,meetings_none_cancelled:`No cancelled meetings`,meetings_none_day:`No meetings on this day`,meetings_more:`Show more`,meetings_more_said:{one:`One more meeting.`,other:`{count} more meetings.`},meetings_zone:`Times in {zone}`,meetings_day:`Meetings on {day}`,meetings_all_days:`All days`,meetings_print:`Print`,meeting_status_confirmed:`Confirmed`,meeting_status_cancelled:`Cancelled`,meeting_status_completed:`Took place`,meeting_status_no_show:`Guest did not come`,meeting_now:`Now`,meeting_with:`{title} with {guest}`,meeting_open:`Details of {title} with {guest}, {when}`,meeting_guest:`Guest`,meeting_guest_time:`For the guest`,meeting_place:`Place`,meeting_join:`Join`,meeting_join_named:`Join the video call: {title}`,meeting_no_url_yet:`The address of the video call is on its way.`,meeting_guests:`Further guests`,meeting_notes:`Notes`,meeting_answers:`Answers`,meeting_booked_by:`Booked with`,meeting_booked_at:`Booked on`,meeting_link_gone:`A link that is deleted`,meeting_cancelled_by_guest:`Cancelled by the guest on {when}`,meeting_cancelled_by_owner:`Cancelled by you on {when}`,meeting_reason:`Reason`,meeting_move:`Move`,meeting_move_named:`Move {title} with {guest}`,meeting_cancel:`Cancel meeting`,meeting_cancel_named:`Cancel {title} with {guest}`,meeting_completed:`It took place`,meeting_no_show:`Guest did not come`,meeting_again_confirmed:`Neither`,meeting_mark:`How it went`,meeting_changed:`This meeting was changed meanwhile. It is shown as it is now.`,meeting_gone:`This meeting is no longer there.`,cancel_title:`Cancel this meeting?`,cancel_told:`The guests are told by mail, and the event leaves your calendar.`,cancel_reason:`Reason (optional)`,cancel_reason_help:`Guests read it in the mail.`,cancel_reason_long:`At most 1000 characters.`,cancel_yes:`Cancel the meeting`,cancel_no:`Keep it`,cancel_done:`The meeting is cancelled. Its guests are being told.`,move_title:`Move this meeting`,move_from:`Until now`,move_to:`New time`,move_told:`The guests are told by mail, and the event moves in your calendar.`,move_pick:`Pick a day and a time.`,move_none:`No free times on this day.`,move_none_month:`No free times in this month.`,move_other:`Another time, outside of the free ones`,move_other_help:`Your hours, time off and other calendars are not looked at. What overlaps another meeting is refused.`,move_date:`Day`,move_time:`Begins at`,move_other_wrong:`Please give a day and a time.`,move_other_past:`This time has passed.`,move_yes:`Move it`,move_no:`Leave it`,move_done:`The meeting is moved to {when}. Its guests are being told.`,move_overlaps:`Overlaps another meeting.`,move_show_day:`Show that day`,mark_done:`Noted: {status}.`,save:`Save`,saving:`Saving…`,saved:`Saved`,unsaved:`Unsaved changes`,discard:`Discard`,no_changes:`Everything is saved`,not_saved:`Not saved`,changed_elsewhere:`Changed elsewhere`,changed_elsewhere_what:`Somebody has changed this since you opened it. Which one shall it be?`,mine:`What you changed`,theirs:`What is saved now`,use_mine:`Use mine`,use_theirs:`Use theirs`,leave_title:`Discard your changes?`,leave_text:`What you changed is not saved yet.`,leave_yes:`Discard`,leave_no:`Stay here`,retry:`Try again`,cancel:`Cancel`,loading:`Loading`,owner_switch:`Whose settings`,no_owner:`There are no settings here that you may see.`,sign_in:`Please sign in.`,sign_in_done:`I have signed in`,sign_in_again:`Please sign in again. What you changed is kept.`,forbidden:`You may not change this.`,gone:`This is no longer there.`,failed:`That did not work. Please try again.`,lost:`No answer came. Please try again.`,offline:`You are offline.`,refused_field:`Please check: {field}.`,refused_malformed:`Something is not as it has to be. Please check what you entered.`,refused_duplicate:`This is there already.`,refused_conflict:`This overlaps another meeting.`,refused_expired:`This has expired.`,refused_too_many:{one:`Too many attempts. Please try again in a minute.`,other:`Too many attempts. Please try again in {count} minutes.`},refused_calendar:`The calendar cannot be read just now. Please try again.`,refused_reconnect:`The calendar has to be connected again.`,refused_unreachable:`The calendar does not answer just now. Please try again.`,refused_worker:`Calendars are not being read just now. Please try again later.`,refused_details:`Details ({code})`,hours_closed:`Closed`,hours_from:`{day}, hours {number}: from`,hours_until:`{day}, hours {number}: until`,hours_add:`Add hours on {day}`,hours_remove:`Remove hours {number} of {day}`,hours_copy:`Copy the hours of {day} to other days`,hours_copy_to:`Copy the hours of {day} to`,hours_copy_all:`All days`,hours_copy_apply:`Copy`,hours_copied:{one:`Copied to {count} day. Not saved yet.`,other:`Copied to {count} days. Not saved yet.`},hours_no_time:`Please write a time, such as 09:30.`,hours_order:`The end has to be after the start.`,hours_overlap:`These hours overlap others of this day.`}};function Jt(e){return Je(e,qt)}var Yt=s`
  dialog.ask {
    max-inline-size: min(28rem, calc(100vi - 2rem));
    padding: calc(var(--_gap) * 1.5);
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 1.4);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_shadow);
  }
  dialog.ask::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  dialog.ask .answers {
    justify-content: flex-end;
  }
`,Xt=class{#e;#t;#n;constructor(e){this.#e=e,e.addController(this)}ask(e){return this.#n?.(!1),this.#t=e,this.#e.requestUpdate(),new Promise(e=>{this.#n=e,this.#e.updateComplete.then(()=>{let e=this.#r;e?e.open||e.showModal():this.#a(!1)})})}hostDisconnected(){this.#a(!1)}dialog(){let e=this.#t;return y`<dialog class="ask" part="dialog" aria-labelledby="ask-title" aria-describedby="ask-text" @close=${this.#i}>
      <div class="stack">
        <h2 id="ask-title">${e?.title}</h2>
        <p id="ask-text">${e?.text}</p>
        <div class="row answers">
          <button type="button" part="button" autofocus @click=${()=>this.#a(!1)}>${e?.no}</button>
          <button
            type="button"
            class=${e?.danger?`danger`:`primary`}
            part="button ${e?.danger?``:`button-primary`}"
            @click=${()=>this.#a(!0)}
          >
            ${e?.yes}
          </button>
        </div>
      </div>
    </dialog>`}get#r(){return this.#e.renderRoot.querySelector(`dialog.ask`)}#i=()=>this.#a(!1);#a(e){let t=this.#n;this.#n=void 0;let n=this.#e.renderRoot?.querySelector(`dialog.ask`);n?.open&&n.close(),t?.(e)}},Zt={client:{settings:`clients`,settingsKey:`id`,settingsName:`name`,column:`client_id`,connections:`calendar_connections`,meetings:`meetings`,meeting:`meeting_id`,guests:`contacts`,guest:`contact_id`},user:{settings:`user_profiles`,settingsKey:`user_id`,settingsName:`full_name`,column:`user_id`,connections:`user_calendar_connections`,meetings:`sales_meetings`,meeting:`sales_meeting_id`,guests:`sales_prospects`,guest:`prospect_id`}};function O(e){return Zt[e.mode]}function Qt(e){let t=/^(user:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(e.trim());if(!t?.[2])return;let n=t[2].toLowerCase();return t[1]?{owner:`user:${n}`,mode:`user`,owner_id:n}:{owner:n,mode:`client`,owner_id:n}}function $t(e,t,n={}){switch(t.kind){case`malformed`:{let r=en(t,Object.keys(n));return r?e(`refused_field`,{field:n[r]??r}):e(`refused_malformed`)}case`too_many`:return e(`refused_too_many`,{count:Math.ceil((t.wait??60)/60)});case`calendar`:return e(sn[t.word]??`refused_calendar`);default:return e(on[t.kind])}}function en(e,t){let{word:n}=e;if(n)return t.find(e=>n===e||n.startsWith(`${e}.`)||n.startsWith(`${e}[`))??t.filter(e=>n.includes(e)).sort((e,t)=>t.length-e.length)[0]}function tn(e){return e instanceof T?e:new T(`failed`,{message:String(e)})}function nn(e,t,n={}){return y`<div class="notice error stack" part="alert" role="alert">
    <p>${n.text??$t(e,t,n.fields)}</p>
    ${n.retry?y`<div><button type="button" part="button" @click=${n.retry}>${e(`retry`)}</button></div>`:S}
    ${rn(e,t)}
  </div>`}function rn(e,t){if(!t.code||an.has(t.kind))return S;let n=t.detail||(t.message===t.kind?``:t.message);return y`<details class="muted">
    <summary>${e(`refused_details`,{code:t.code})}</summary>
    <p lang="en" dir="ltr">${n}</p>
  </details>`}var an=new Set([`signed_out`,`offline`,`lost`]),on={duplicate:`refused_duplicate`,gone:`gone`,signed_out:`sign_in_again`,forbidden:`forbidden`,conflict:`refused_conflict`,expired:`refused_expired`,lost:`lost`,offline:`offline`,failed:`failed`},sn={reconnect_required:`refused_reconnect`,unreachable:`refused_unreachable`,worker_stopped:`refused_worker`};async function cn(e,t,n,r,i,a=`*`){return(await D(e.tables.from(t).update(i).match({...n,updated_at:r}).select(a)))[0]}async function ln(e,t,n,r=`*`){return(await D(e.tables.from(t).select(r).match(n)))[0]}var un=class{#e;#t;#n;#r;#i=``;#a={is:`clean`};#o=!1;#s=!1;constructor(e,t){this.#e=e,this.#t=t,e.addController(this)}get row(){return this.#n}get form(){return this.#r}get state(){return this.#a}get dirty(){return this.#r!==void 0&&this.#d(this.#r)!==this.#i}open(e){this.#n=e,this.#r=this.#t.form(e),this.#i=this.#d(this.#r),this.#f({is:`clean`})}create(e){this.#n=void 0,this.#r=e,this.#i=``,this.#f({is:`unsaved`})}close(){this.#n=void 0,this.#r=void 0,this.#i=``,this.#f({is:`clean`})}edit(e){this.#r=e,this.#a.is===`elsewhere`||this.#a.is===`gone`||this.#a.is===`saving`?this.#f(this.#a):this.#f({is:this.dirty?`unsaved`:`clean`})}discard(){this.#n?this.open(this.#n):this.close()}async save(){let e=this.#r,t=this.#n;if(e===void 0||this.#a.is===`saving`)return!1;this.#f({is:`saving`});try{let n=await this.#t.write(this.#t.values(e),t);if(this.#n!==t||this.#r===void 0)return!1;if(n)return this.#u(n,e);if(!t)throw new T(`failed`);return await this.#c(t,e)}catch(e){let n=tn(e);return this.#n===t&&this.#r!==void 0&&this.#f({is:`refused`,refusal:n}),this.#t.refused?.(n),!1}}async renew(){let e=this.#n;if(!e||this.#a.is===`saving`)return;let t;try{t=await this.#t.read(e)}catch{return}this.#n===e&&this.#a.is!==`saving`&&(t?t.updated_at!==e.updated_at&&this.#l(t):this.#f({is:`gone`}))}async useMine(){return this.#a.is===`elsewhere`&&(this.#i=this.#d(this.#t.form(this.#a.theirs)),this.#n=this.#a.theirs,this.#f({is:`unsaved`}),this.save())}useTheirs(){this.#a.is===`elsewhere`&&this.open(this.#a.theirs)}hostConnected(){this.#o=!0,this.#p()}hostDisconnected(){this.#o=!1,this.#p()}async#c(e,t){let n=await this.#t.read(e);return this.#n!==e||this.#r===void 0?!1:n?this.#d(this.#t.form(n))===this.#d(t)?this.#u(n,t):(this.#f({is:`elsewhere`,theirs:n}),this.#t.refused?.(new T(`conflict`,{word:`elsewhere`})),!1):(this.#f({is:`gone`}),this.#t.refused?.(new T(`gone`)),!1)}#l(e){this.dirty?this.#r!==void 0&&this.#d(this.#t.form(e))===this.#d(this.#r)?this.open(e):this.#f({is:`elsewhere`,theirs:e}):this.open(e)}#u(e,t){this.#n=e,this.#i=this.#d(this.#t.form(e));let n=this.#r===t;return n&&(this.#r=this.#t.form(e)),this.#f(n?{is:`saved`}:{is:this.dirty?`unsaved`:`saved`}),this.#t.saved?.(e),!0}#d(e){return fn(this.#t.values(e))}#f(e){this.#a=e,this.#p(),this.#e.requestUpdate()}#p(){let e=this.#o&&this.dirty;e!==this.#s&&(this.#s=e,e?window.addEventListener(`beforeunload`,dn):window.removeEventListener(`beforeunload`,dn))}};function dn(e){e.preventDefault()}function fn(e){return JSON.stringify(e,(e,t)=>typeof t==`object`&&t&&!Array.isArray(t)?Object.fromEntries(Object.entries(t).sort(([e],[t])=>e<t?-1:1)):t)}var pn=s`
  .save-bar {
    position: sticky;
    inset-block-end: 0;
    z-index: 2;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75em;
    padding: 0.75em 1em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  .save-bar > .state {
    flex: 1 1 10rem;
    display: flex;
    align-items: center;
    gap: 0.6em;
  }
  .save-bar > .state::before {
    content: '';
    flex: none;
    inline-size: 0.6em;
    block-size: 0.6em;
    border: 2px solid var(--_edge);
    border-radius: 50%;
  }
  .save-bar.unsaved > .state::before,
  .save-bar.saving > .state::before {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  .save-bar.saved > .state::before {
    border-color: var(--_success);
    background: var(--_success);
  }
  .save-bar.refused > .state::before,
  .save-bar.elsewhere > .state::before,
  .save-bar.gone > .state::before {
    border-color: var(--_danger);
    background: var(--_danger);
  }
  .choice {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr));
    gap: var(--_gap);
  }
  .choice > div {
    display: grid;
    align-content: space-between;
    gap: 0.75em;
    padding: 0.9em 1em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .choice dt {
    color: var(--_text-muted);
    font-size: 0.9em;
  }
  .choice dd + dt {
    margin-block-start: 0.5em;
  }
  .choice dd {
    overflow-wrap: anywhere;
    white-space: pre-line;
  }
`;function mn(e,t,n){let{state:r,dirty:i}=t,a=r.is===`saving`;return y`
    ${r.is===`refused`?nn(e,r.refusal,{fields:n.fields??{},...n.refused?{text:n.refused}:{}}):S}
    ${r.is===`elsewhere`?gn(e,t,n.differences?.(r.theirs)??[]):S}
    <div class="save-bar ${r.is}" part="save-bar">
      <p class="state" role="status">${n.hindered??hn(e,r)}</p>
      <button type="button" part="button" ?disabled=${!i||a} @click=${n.discard}>${e(`discard`)}</button>
      <button
        type="button"
        class="primary"
        part="button button-primary"
        ?disabled=${!i&&!a}
        aria-disabled=${a||r.is===`elsewhere`||r.is===`gone`?`true`:`false`}
        @click=${()=>{!a&&r.is!==`elsewhere`&&r.is!==`gone`&&n.save()}}
      >
        ${e(a?`saving`:`save`)}
      </button>
    </div>
  `}function hn(e,t){switch(t.is){case`clean`:return e(`no_changes`);case`refused`:return e(`not_saved`);case`elsewhere`:return e(`changed_elsewhere`);default:return e(t.is)}}function gn(e,t,n){let r=(e,t,r,i)=>y`<div>
    <h3>${e}</h3>
    <dl>
      ${n.map(e=>y`<dt>${e.label}</dt>
          <dd><bdi>${e[t]}</bdi></dd>`)}
    </dl>
    <button type="button" part="button" @click=${i}>${r}</button>
  </div>`;return y`<section class="notice error stack" part="alert" role="alert">
    <p>${e(`changed_elsewhere_what`)}</p>
    <div class="choice">
      ${r(e(`mine`),`mine`,e(`use_mine`),()=>void t.useMine())}
      ${r(e(`theirs`),`theirs`,e(`use_theirs`),()=>t.useTheirs())}
    </div>
  </section>`}var _n=`scheduling`,vn=6e4,yn=class{#e;#t;#n;#r;#i;#a=Date.now();constructor(e,t){this.#e=e,this.#t=t.heeds,this.#n=t.owner,this.#r=t.stale,this.#e.addController(this)}saved(e){let t=this.#n();t&&this.#i?.postMessage({source:`scheduling`,owner:t,what:e})}hostConnected(){this.#i=new BroadcastChannel(_n),this.#i.addEventListener(`message`,this.#o),document.addEventListener(`visibilitychange`,this.#s),window.addEventListener(`blur`,this.#c),window.addEventListener(`focus`,this.#l)}hostDisconnected(){this.#i?.close(),this.#i=void 0,document.removeEventListener(`visibilitychange`,this.#s),window.removeEventListener(`blur`,this.#c),window.removeEventListener(`focus`,this.#l)}#o=({data:e})=>{e?.source===`scheduling`&&e.owner===this.#n()&&e.what&&this.#t().includes(e.what)&&this.#r(e.what)};#s=()=>{document.visibilityState===`hidden`?this.#c():this.#l()};#c=()=>{this.#a=Date.now()};#l=()=>{let e=Date.now()-this.#a;this.#a=Date.now(),e>=vn&&this.#r(`time`)}},bn=15e3,xn=150,k=class extends Kt{static{this.properties={...Kt.properties,owner:{},token:{attribute:!1},getToken:{attribute:!1},who:{state:!0},all:{state:!0},trouble:{state:!0},signedOut:{state:!0},slow:{state:!0}}}static{this.styles=[...Kt.styles,pn,Yt,s`
      .skeleton {
        display: grid;
        gap: 0.75rem;
      }
      .skeleton > div {
        block-size: 3.25rem;
        border-radius: var(--_radius);
        background: var(--_surface-2);
      }
      .owner-switch {
        margin-block-end: var(--_gap);
      }
      .owner-switch select {
        max-inline-size: 24rem;
      }
    `]}#e;#t;#n;constructor(){super(),this.heeds=[],this.asks=new Xt(this),this.#e=0,this.#o=()=>{this.signedOut=!1,this.unsaved||this.refresh()},this.#s=async e=>{let t=e.target,n=this.all.find(e=>e.owner===t.value);if(!n||n.owner===this.who?.owner)return;let{t:r}=this;this.unsaved&&!await this.asks.ask({title:r(`leave_title`),text:r(`leave_text`),yes:r(`leave_yes`),no:r(`leave_no`),danger:!0})?t.value=this.who?.owner??``:(this.forget(),this.who=n,await this.refresh())},this.all=[],this.signedOut=!1,this.slow=!1,this.tabs=new yn(this,{heeds:()=>this.heeds,owner:()=>this.who?.owner,stale:e=>{this.signedOut||this.stale(e)}})}get t(){return Jt(this.language())}get tables(){return O(this.who??{mode:`client`})}get theirs(){return{[this.tables.column]:this.who?.owner_id??``}}async load(e){}body(){return y``}get unsaved(){return!1}stale(e){this.unsaved||this.refresh()}forget(){}async refresh(){let e=++this.#e;if(!this.token&&!this.getToken){this.signedOut=!0;return}let t=setTimeout(()=>this.slow=e===this.#e,xn);try{let t=await this.#c();if(e!==this.#e||(t.owner!==this.who?.owner&&this.forget(),await this.load(t),e!==this.#e))return;this.who=t,this.trouble=void 0,this.signedOut=!1}catch(t){e===this.#e&&this.failed(t)}finally{clearTimeout(t),e===this.#e&&(this.slow=!1),this.requestUpdate()}}noted(e){let t=tn(e);return t.kind===`signed_out`&&!this.signedOut&&(this.signedOut=!0,this.tell(`sign-in`)),this.tell(`refused`,{kind:t.kind,code:t.code}),t}saved(e){this.tabs.saved(e),this.tell(`saved`,{what:e})}failed(e){let t=this.noted(e);t.kind!==`signed_out`&&(this.trouble=t)}connection(){return{...super.connection(),token:e=>this.#l(e)}}willUpdate(e){super.willUpdate(e);let t=[`owner`,`api`,`schema`,`headers`].some(t=>e.has(t)),n=e.has(`token`)||e.has(`getToken`);n&&this.#u()?(this.who=void 0,this.all=[],this.forget(),this.refresh()):t||!this.hasUpdated?this.refresh():n&&(this.signedOut||this.trouble||!this.who)&&(this.unsaved?this.signedOut=!1:this.refresh())}render(){let{t:e}=this;return y`
      ${this.signedOut?y`<div class="notice error row" part="alert" role="alert">
            <p>${this.who?e(`sign_in_again`):e(`sign_in`)}</p>
            ${this.getToken?y`<button type="button" part="button" @click=${this.#o}>${e(`sign_in_done`)}</button>`:S}
          </div>`:S}
      ${this.#a()}
      ${this.trouble?this.#r(this.trouble):S}
      ${this.who?this.body():this.trouble||this.signedOut?S:this.#i()} ${this.asks.dialog()}
    `}#r(e){return nn(this.t,e,{...e.kind===`forbidden`&&e.word===`owner`?{text:this.t(`no_owner`)}:{},retry:()=>void this.refresh()})}#i(){return y`<div class="skeleton" aria-busy="true">
      ${this.slow?y`<p class="hidden" role="status">${this.t(`loading`)}</p>
            <div></div>
            <div></div>
            <div></div>`:S}
    </div>`}#a(){return this.owner||this.all.length<2?S:y`<div class="field owner-switch">
      <label for="owner-switch">${this.t(`owner_switch`)}</label>
      <select id="owner-switch" part="input" @change=${this.#s}>
        ${this.all.map(e=>y`<option value=${e.owner} ?selected=${e.owner===this.who?.owner}>${e.name??e.owner}</option>`)}
      </select>
    </div>`}#o;#s;async#c(){if(!this.owner){this.all=await this.server.read(`my_owners`);let e=this.all.find(e=>e.owner===this.who?.owner)??this.all[0];if(!e)throw new T(`forbidden`,{word:`owner`});return e}let e=Qt(this.owner);if(!e)throw new T(`gone`,{word:`owner`,message:`owner="${this.owner}"`});let t=O(e),n=`name:${t.settingsName},timezone`,r=await ln(this.server,t.settings,{[t.settingsKey]:e.owner_id},n);if(!r)throw new T(`forbidden`,{word:`owner`});return{...e,...r}}#l(e){let{getToken:t}=this;if(!t)return Promise.resolve(this.token);if(this.#t)return this.#t;let n=Promise.race([Promise.resolve().then(()=>t(e)).catch(()=>void 0),new Promise(e=>setTimeout(e,bn))]);return e&&(this.#t=n,n.finally(()=>this.#t=void 0)),n}#u(){let e=Sn(this.token);if(!e)return!1;let t=this.#n;return this.#n=e,t!==void 0&&t!==e}};function Sn(e){try{let t=e?.split(`.`)[1]?.replace(/-/g,`+`).replace(/_/g,`/`);return t?JSON.parse(atob(t)).sub:void 0}catch{return}}var Cn=s`
  .prefixed {
    display: flex;
    align-items: center;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface-2);
  }
  .prefixed > span {
    flex: 0 1 auto;
    max-inline-size: 60%;
    padding-inline-start: 0.75em;
    padding-inline-end: 0.25em;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .prefixed > input {
    flex: 1 1 8rem;
    min-inline-size: 0;
    border: 0;
    border-start-start-radius: 0;
    border-end-start-radius: 0;
    padding-inline-start: 0.4em;
  }
  .prefixed:has(input:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .prefixed > input:focus-visible {
    outline: none;
  }
  .prefixed:has([aria-invalid='true']) {
    border-color: var(--_danger);
    box-shadow: inset 0 0 0 1px var(--_danger);
  }
  .prefixed > input[aria-invalid='true'] {
    box-shadow: none;
  }
  .amount {
    display: grid;
    grid-template-columns: minmax(4.5rem, 1fr) minmax(6.5rem, 1.2fr);
    gap: 0.5em;
  }
  .tick {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: start;
    gap: 0.6em;
  }
  .tick label {
    cursor: pointer;
  }
  .tick .help {
    font-size: 0.9em;
  }
`,wn=6e4,Tn=60*wn,En=24*Tn;function A(e){return Date.parse(e)}function j(e){return new Date(e).toISOString()}function M(e,t){let{year:n,month:r,day:i}=Un(e,t);return`${n}-${r}-${i}`}function Dn(e){return e.slice(0,7)}function On(e,t){return j(Vn(e)+t*En).slice(0,10)}function kn(e,t){let[n,r]=e.split(`-`).map(Number);return j(Date.UTC(n,r-1+t,1)).slice(0,7)}function An(e){let t=`${e}-01`,n=(Vn(`${kn(e,1)}-01`)-Vn(t))/En;return Array.from({length:n},(e,n)=>On(t,n))}function jn(e){return{from:j(Vn(`${e}-01`)-14*Tn),until:j(Vn(`${kn(e,1)}-01`)+12*Tn)}}function Mn(e,t){let n=new Map;for(let r of[...e].sort((e,t)=>e-t)){let e=M(r,t),i=n.get(e);i?i.push(r):n.set(e,[r])}return n}function Nn(e){let t=new Intl.Locale(e),n=t.getWeekInfo?.().firstDay??t.weekInfo?.firstDay;if(n!==void 0)return n%7;let r=t.region??t.maximize().region??``;return Pn.includes(r)?6:+!Fn.includes(r)}var Pn=`AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY`.split(` `),Fn=`AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW`.split(` `);function In(e,t){return Ln(e,`00:00`,t)}function Ln(e,t,n){let[r,i]=t.split(`:`).map(Number),a=Vn(e)+r*Tn+i*wn,o=a-En,s=a+En,c=[o,s].map(e=>Bn(e,n)-e);for(let e of c.map(e=>a-e).sort((e,t)=>e-t))if(Bn(e,n)===a)return e;return zn(o,s,n)}function Rn(e,t){let{hour:n,minute:r}=Un(e,t);return`${n}:${r}`}function zn(e,t,n){let r=Bn(e,n)-e,[i,a]=[e,t];for(;a-i>1;){let e=Math.floor((i+a)/2);Bn(e,n)-e===r?i=e:a=e}return a}function Bn(e,t){let{year:n,month:r,day:i,hour:a,minute:o,second:s}=Un(e,t),c=(e%1e3+1e3)%1e3;return Date.UTC(Number(n),Number(r)-1,Number(i),Number(a),Number(o),Number(s))+c}function Vn(e){return Date.parse(`${e}T00:00:00Z`)}var Hn=new Map;function Un(e,t){let n=Hn.get(t);n||(n=new Intl.DateTimeFormat(`en-CA-u-ca-gregory-nu-latn`,{timeZone:t,hourCycle:`h23`,year:`numeric`,month:`2-digit`,day:`2-digit`,hour:`2-digit`,minute:`2-digit`,second:`2-digit`}),Hn.set(t,n));let r={};for(let{type:t,value:i}of n.formatToParts(e))r[t]=i;return r}var Wn=[`sunday`,`monday`,`tuesday`,`wednesday`,`thursday`,`friday`,`saturday`],Gn={start:`09:00`,end:`17:00`};function Kn(e){return Object.fromEntries(Wn.map(t=>[t,qn(e[t])]))}function qn(e){let t=(e?.windows??(e?.start&&e.end?[{start:e.start,end:e.end}]:[])).map(({start:e,end:t})=>({start:e,end:t}));return{enabled:e?.enabled===!0&&t.length>0,windows:t}}function Jn(e){return Object.fromEntries(Wn.map(t=>[t,Yn(e[t])]))}function Yn({enabled:e,windows:t}){let n=Xn(e||!$n(t).length?t:[]),[r,...i]=n;return r?i.length?{enabled:e,windows:n}:{enabled:e,start:r.start,end:r.end}:{enabled:!1}}function Xn(e){return e.map(({start:e,end:t})=>({start:e,end:t})).sort((e,t)=>e.start<t.start?-1:1)}function Zn(e){let t=Nn(e);return Array.from({length:7},(e,n)=>(t+n)%7)}var Qn=/^([01]\d|2[0-3]):[0-5]\d$/;function N(e,t=!1){return Qn.test(e)||t&&e===`24:00`}function $n(e){let t=[];return e.forEach((n,r)=>{N(n.start)?N(n.end,!0)?n.end<=n.start?t.push({at:r,field:`end`,why:`order`}):e.some((e,t)=>t<r&&er(e)&&e.start<n.end&&n.start<e.end)&&t.push({at:r,field:`start`,why:`overlap`}):t.push({at:r,field:`end`,why:`no_time`}):t.push({at:r,field:`start`,why:`no_time`})}),t}function er({start:e,end:t}){return N(e)&&N(t,!0)&&e<t}function tr(e){return Wn.filter(t=>e[t].enabled&&$n(e[t].windows).length>0)}function nr(e,t){return{enabled:t,windows:t&&!e.windows.length?[{...Gn}]:e.windows}}function rr(e){let t=Xn(e.windows.filter(er)).at(-1);if(!t)return{enabled:!0,windows:[...e.windows,{...Gn}]};let n=sr(t.end),r=Math.min(n+60,1380),i=r>=n?{start:cr(r),end:cr(Math.min(r+60,1440))}:ir(e.windows);return{enabled:!0,windows:[...e.windows,i]}}function ir(e){for(let t=0;t<1440;t+=60){let n={start:cr(t),end:cr(t+60)};if(!e.some(e=>e.start<n.end&&n.start<e.end))return n}return{start:``,end:``}}function ar(e,t){let n=e.windows.filter((e,n)=>n!==t);return{enabled:e.enabled&&n.length>0,windows:n}}function or(e,t,n){let r={...e};for(let i of n)r[i]={enabled:e[t].enabled,windows:e[t].windows.map(e=>({...e}))};return r}function sr(e){let[t,n]=e.split(`:`).map(Number);return t*60+n}function cr(e){return`${String(Math.floor(e/60)).padStart(2,`0`)}:${String(e%60).padStart(2,`0`)}`}function lr(e=!1){return Array.from({length:96},(t,n)=>cr((n+ +!!e)*15))}function ur(e,t,n=!1){let[r,i]=fr(e.normalize(`NFKC`).toLocaleLowerCase().trim(),t),a=/^(\d{1,2})(?:\s*[:.,h ]\s*(\d{2})|(\d{2}))?\s*h?$/.exec(i);if(!a)return;let o=Number(a[1]),s=Number(a[2]??a[3]??0);if(r){if(o<1||o>12)return;o=o%12+(r===`pm`?12:0)}let c=cr(o*60+s);if(!(s>59||!N(c,n)))return n&&c===`00:00`?`24:00`:c}function dr(e){let t=new Intl.DateTimeFormat(e,{hour:`numeric`,hourCycle:`h12`,timeZone:`UTC`}),n=e=>t.formatToParts(Date.UTC(2026,0,1,e)).find(e=>e.type===`dayPeriod`)?.value??``;return{am:n(9),pm:n(21)}}function fr(e,t){for(let n of[`am`,`pm`]){let r=[t[n].normalize(`NFKC`).toLocaleLowerCase(),n,`${n[0]}.m.`,n[0]];for(let t of r){if(t&&e.endsWith(t))return[n,e.slice(0,-t.length).trim()];if(t&&e.startsWith(t))return[n,e.slice(t.length).trim()]}}return[void 0,e]}var pr={minutes:1,hours:60,days:1440},mr=Object.keys(pr);function hr(e,t=`minutes`){if(e===0)return{typed:`0`,unit:t};let n=e%1440==0?`days`:e%60==0?`hours`:`minutes`;return{typed:String(e/pr[n]),unit:n}}function P(e){let t=F(e.typed);if(t===void 0)return;let n=t*pr[e.unit];return n<=2147483647?n:void 0}function F(e){let t=e.trim().replace(/\p{Nd}/gu,gr);if(!/^\d{1,10}$/.test(t))return;let n=Number(t);return n<=2147483647?n:void 0}function gr(e){let t=e.codePointAt(0),n=t;for(;/^\p{Nd}$/u.test(String.fromCodePoint(n-1))&&t-n<9;)--n;return String(t-n)}var _r=128,vr={ß:`ss`,æ:`ae`,œ:`oe`,ø:`o`,ł:`l`,đ:`d`,ð:`d`,þ:`th`,ı:`i`};function yr(e){return/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(e)}function br(e){return e.toLowerCase().normalize(`NFKD`).replace(/\p{M}/gu,``).replace(/[ßæœøłđðþı]/g,e=>vr[e]).replace(/[^a-z0-9]+/g,`-`).slice(0,60).replace(/^-+|-+$/g,``)}function xr(e){let t=/^(.*?)-(\d{1,6})$/.exec(e),[n,r]=t?[t[1],Number(t[2])+1]:[e,2],i=`-${r}`;return`${n.slice(0,_r-i.length)}${i}`}function Sr(e,t,n){let r=new Set(n),i=[br(t),br(e)].filter(Boolean).join(`-`).slice(0,_r)||`meeting`;for(;r.has(i);)i=xr(i);return i}var Cr=[`text`,`long_text`,`choice`,`choices`,`boolean`,`number`,`email`,`phone`,`url`,`date`],wr=100,Tr=200,Er=1e3,Dr=1e4,Or=0;function kr(e){return{key:e.id||`new-${Or+=1}`,id:e.id,label:e.label??e.id,type:e.type??`text`,required:e.required??!1,options:(e.options??[]).join(`
`),placeholder:e.placeholder??``,help:e.help??``,max_length:e.max_length===void 0?``:String(e.max_length)}}function Ar(){return kr({id:``,label:``})}function jr(e){return e===`choice`||e===`choices`}function Mr(e){return e===`text`||e===`long_text`}function Nr(e){return![`choice`,`choices`,`boolean`,`date`].includes(e)}function Pr(e){let t=new Set(e.map(e=>e.id).filter(Boolean));return e.map(e=>{let n=e.id||Rr(br(e.label).replaceAll(`-`,`_`)||`question`,t);t.add(n);let r=F(e.max_length);return{id:n,label:zr(e.label),...e.type===`text`?{}:{type:e.type},...e.required?{required:!0}:{},...jr(e.type)?{options:Fr(e)}:{},...Nr(e.type)&&e.placeholder.trim()?{placeholder:e.placeholder.trim()}:{},...e.help.trim()?{help:e.help.trim()}:{},...Mr(e.type)&&r?{max_length:r}:{}}})}function Fr(e){return e.options.split(`
`).map(zr).filter(Boolean)}function Ir(e){let t={},n=zr(e.label);if(n?[...n].length>Tr&&(t.label=`line_too_long`):t.label=`question_label_missing`,jr(e.type)){let n=Fr(e);n.length?n.length>wr?t.options=`options_too_many`:new Set(n).size<n.length?t.options=`options_repeated`:n.some(e=>[...e].length>Tr)&&(t.options=`line_too_long`):t.options=`options_missing`}if(Nr(e.type)&&[...e.placeholder].length>Er&&(t.placeholder=`text_too_long`),[...e.help].length>Er&&(t.help=`text_too_long`),Mr(e.type)&&e.max_length.trim()){let n=F(e.max_length);(n===void 0||n<1||n>Dr)&&(t.max_length=`max_length_wrong`)}return t}function Lr(e,t,n){let r=t+n;if(r<0||r>=e.length)return e;let i=[...e],[a]=i.splice(t,1);return i.splice(r,0,a),i}function Rr(e,t){let n=e.slice(0,56);for(let e=1;;e+=1){let r=e===1?n:`${n}_${e}`;if(!t.has(r))return r}}function zr(e){return e.replace(/\p{Cc}+/gu,` `).trim()}var Br=20,Vr=5;function Hr(e){let t=e=>e===null?``:String(e);return{title:e.title,slug:e.slug,description:t(e.description),location:t(e.location),conferencing:e.conferencing,duration_minutes:t(e.duration_minutes),duration_options:e.duration_options.map(String),slot_interval_minutes:t(e.slot_interval_minutes),buffer_before_minutes:t(e.buffer_before_minutes),buffer_after_minutes:t(e.buffer_after_minutes),minimum_notice_minutes:hr(e.minimum_notice_minutes,`hours`),booking_window_days:t(e.booking_window_days),max_bookings_per_day:t(e.max_bookings_per_day),cancel_notice_minutes:e.cancel_notice_minutes===null?null:hr(e.cancel_notice_minutes,`hours`),reschedule_notice_minutes:e.reschedule_notice_minutes===null?null:hr(e.reschedule_notice_minutes,`hours`),questions:e.questions.map(kr),reminder_minutes:e.reminder_minutes.map(e=>hr(e)),redirect_url:t(e.redirect_url),locale:t(e.locale),availability_settings:e.availability_settings&&Kn(e.availability_settings),is_active:e.is_active,max_hourly_attempts_per_guest:t(e.max_hourly_attempts_per_guest),max_hourly_bookings_per_guest:t(e.max_hourly_bookings_per_guest),max_upcoming_bookings_per_guest:t(e.max_upcoming_bookings_per_guest),max_hourly_moves_per_booking:t(e.max_hourly_moves_per_booking)}}function Ur(e){return{title:e.title.trim(),slug:e.slug.trim(),description:e.description.trim()?e.description:null,location:e.location.trim()||null,conferencing:e.conferencing,duration_minutes:F(e.duration_minutes),duration_options:e.duration_options.map(e=>F(e)),slot_interval_minutes:F(e.slot_interval_minutes)??null,buffer_before_minutes:F(e.buffer_before_minutes),buffer_after_minutes:F(e.buffer_after_minutes),minimum_notice_minutes:P(e.minimum_notice_minutes),booking_window_days:F(e.booking_window_days),max_bookings_per_day:F(e.max_bookings_per_day)??null,cancel_notice_minutes:e.cancel_notice_minutes&&P(e.cancel_notice_minutes),reschedule_notice_minutes:e.reschedule_notice_minutes&&P(e.reschedule_notice_minutes),questions:Pr(e.questions),reminder_minutes:e.reminder_minutes.map(e=>P(e)),redirect_url:e.redirect_url.trim()||null,locale:e.locale||null,availability_settings:e.availability_settings&&Jn(e.availability_settings),is_active:e.is_active,max_hourly_attempts_per_guest:F(e.max_hourly_attempts_per_guest)??null,max_hourly_bookings_per_guest:F(e.max_hourly_bookings_per_guest)??null,max_upcoming_bookings_per_guest:F(e.max_upcoming_bookings_per_guest)??null,max_hourly_moves_per_booking:F(e.max_hourly_moves_per_booking)??null}}function Wr(e){let t=new Map,n=(e,n,r)=>n&&!t.has(e)&&t.set(e,r),r=(t,r,i,a,o=!1)=>{let s=e[t].trim(),c=F(s);n(t,!(o&&s===``)&&(c===void 0||c<r||c>i),a)},i=2147483647;n(`title`,!e.title.trim(),`title_missing`),n(`slug`,!yr(e.slug.trim()),e.slug.trim()?`slug_wrong`:`slug_missing`),r(`duration_minutes`,1,1440,`length_wrong`);let a=e.duration_options.map(F);e.duration_options.forEach((e,t)=>{let r=a[t];n(`duration_options.${t}`,r===void 0||r<1||r>1440,`length_wrong`),n(`duration_options.${t}`,a.indexOf(r)<t,`length_repeated`)}),n(`duration_options`,a.length>Br,`lengths_too_many`),r(`slot_interval_minutes`,1,1440,`length_wrong`,!0),r(`buffer_before_minutes`,0,i,`minutes_wrong`),r(`buffer_after_minutes`,0,i,`minutes_wrong`),n(`availability_settings`,e.availability_settings!==null&&tr(e.availability_settings).length>0,`link_hours_wrong`),n(`minimum_notice_minutes`,P(e.minimum_notice_minutes)===void 0,`number_wrong`),r(`booking_window_days`,0,3650,`window_wrong`),r(`max_bookings_per_day`,1,i,`cap_wrong`,!0);for(let t of[`cancel_notice_minutes`,`reschedule_notice_minutes`])n(t,e[t]!==null&&P(e[t])===void 0,`number_wrong`);n(`questions`,e.questions.length>50,`questions_too_many`);for(let t of e.questions)for(let[e,r]of Object.entries(Ir(t)))n(`questions.${t.key}.${e}`,!0,r);let o=e.reminder_minutes.map(P);return o.forEach((e,t)=>{n(`reminder_minutes.${t}`,e===void 0||e<5||e>43200,`reminder_wrong`),n(`reminder_minutes.${t}`,o.indexOf(e)<t,`reminder_repeated`)}),n(`reminder_minutes`,o.length>Vr,`reminders_too_many`),n(`redirect_url`,e.redirect_url.trim()!==``&&!qr(e.redirect_url.trim()),`redirect_wrong`),r(`max_hourly_attempts_per_guest`,1,1e4,`attempts_wrong`,!0),r(`max_hourly_bookings_per_guest`,1,i,`cap_wrong`,!0),r(`max_upcoming_bookings_per_guest`,1,i,`cap_wrong`,!0),r(`max_hourly_moves_per_booking`,1,i,`cap_wrong`,!0),t}function Gr(e,t){let n=/^booking_links_(\w+?)_(check|key)$/.exec(e);if(n)return n[1];let r=/^questions\[(\d+)\]\.(\w+)/.exec(e);if(r){let e=t.questions[Number(r[1])],n=r[2]===`id`?`label`:r[2];return e?`questions.${e.key}.${n}`:`questions`}return e.replace(/[.[].*$/,``)}function Kr(e){let t=Wr(e);if([`duration_minutes`,`slot_interval_minutes`,`buffer_before_minutes`,`buffer_after_minutes`,`minimum_notice_minutes`,`booking_window_days`].some(e=>t.has(e)))return;let n=Ur(e);return{duration_minutes:n.duration_minutes,interval_minutes:n.slot_interval_minutes??void 0,buffer_before_minutes:n.buffer_before_minutes,buffer_after_minutes:n.buffer_after_minutes,minimum_notice_minutes:n.minimum_notice_minutes}}function qr(e){return/^https:\/\/[^/?#\s@]+([/?#]\S*)?$/.test(e)&&e.length<=2048}var Jr=class{#e;#t=new Set;#n=!1;#r=new Map;constructor(e){this.#e=new Set(e)}get taken(){return this.#e}changed(e){for(let t of this.#r.keys())e.includes(t.split(`.`)[0])&&this.#r.delete(t)}left(e){this.#t.add(e)}all(e){return this.#n=!0,[...Wr(e).keys()]}saved(e){this.#n=!1,this.#t.clear(),this.#r.clear(),this.#e.delete(e)}at(e,t){return this.#r.get(t)||(this.#n||this.#t.has(t)?Wr(e).get(t):void 0)}refuse(e,t){if(t.kind===`duplicate`)return this.#e.add(e.slug.trim()),this.#r.set(`slug`,`slug_taken`),`slug`;if(t.kind!==`malformed`||!t.word)return;let n=Gr(t.word,e);if(n.split(`.`)[0]in e)return this.#r.set(n,`field_refused`),n}freeSlug(e){if(this.#r.get(`slug`)!==`slug_taken`)return;let t=xr(e.slug.trim());for(;this.#e.has(t);)t=xr(t);return t}},Yr={slug:``,title:``,description:null,duration_minutes:30,duration_options:[],slot_interval_minutes:null,buffer_before_minutes:0,buffer_after_minutes:0,minimum_notice_minutes:0,booking_window_days:60,max_bookings_per_day:null,availability_settings:null,max_hourly_attempts_per_guest:120,max_hourly_bookings_per_guest:60,max_upcoming_bookings_per_guest:100,max_hourly_moves_per_booking:10,cancel_notice_minutes:0,reschedule_notice_minutes:0,location:null,conferencing:`none`,questions:[],reminder_minutes:[],redirect_url:null,locale:null,is_active:!0};function Xr(e,t){let n=Object.entries(t);return Object.fromEntries(n.filter(([t,n])=>!Zr(e[t],n)))}function Zr(e,t){if(e===t)return!0;if(e===null||t===null||typeof e!=`object`||typeof t!=`object`||Array.isArray(e)!==Array.isArray(t))return!1;let n=Object.entries(e).filter(([,e])=>e!==void 0),r=Object.entries(t).filter(([,e])=>e!==void 0);return n.length===r.length&&n.every(([e,n])=>Zr(n,t[e]))}var Qr={title:`link_title`,slug:`link_slug`,description:`link_description`,location:`link_location`,conferencing:`conferencing_label`,duration_minutes:`link_duration`,duration_options:`link_more_lengths`,slot_interval_minutes:`link_interval`,buffer_before_minutes:`link_buffer_before`,buffer_after_minutes:`link_buffer_after`,minimum_notice_minutes:`link_notice`,booking_window_days:`link_window`,max_bookings_per_day:`link_cap`,availability_settings:`link_hours`,questions:`link_questions`,cancel_notice_minutes:`link_may_cancel`,reschedule_notice_minutes:`link_may_move`,reminder_minutes:`link_reminders`,redirect_url:`link_redirect`,locale:`link_locale`,is_active:`link_on`,max_hourly_attempts_per_guest:`link_attempts`,max_hourly_bookings_per_guest:`link_bookings`,max_upcoming_bookings_per_guest:`link_upcoming`,max_hourly_moves_per_booking:`link_moves`};function $r(e,t,n,r){let i=Ur(n);return Object.keys(Xr(Ur(Hr(r)),i)).map(n=>({label:e(Qr[n]),mine:ei(e,t,n,i),theirs:ei(e,t,n,r)}))}function ei(e,t,n,r){let i=r[n];switch(n){case`questions`:return r.questions.map(e=>e.label??e.id).join(`
`)||e(`question_none`);case`conferencing`:return e(`conferencing_${r.conferencing}`);case`is_active`:return e(r.is_active?`link_on`:`link_off`);case`availability_settings`:return e(r.availability_settings?`link_hours_own`:`link_hours_owner`);case`cancel_notice_minutes`:case`reschedule_notice_minutes`:return i===null?e(`no`):`${e(`link_until_before`)}: ${t.length(i)}`;case`minimum_notice_minutes`:return t.length(r.minimum_notice_minutes);case`duration_options`:case`reminder_minutes`:return t.list(r[n].map(e=>t.length(e)))||`–`;default:return i===null||i===``?`–`:typeof i==`number`?t.number(i):String(i)}}var I={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},ti=e=>(...t)=>({_$litDirective$:e,values:t}),ni=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},{I:ri}=Be,ii=e=>e,ai=e=>e.strings===void 0,oi=()=>document.createComment(``),si=(e,t,n)=>{let r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(n===void 0)n=new ri(r.insertBefore(oi(),i),r.insertBefore(oi(),i),e,e.options);else{let t=n._$AB.nextSibling,a=n._$AM,o=a!==e;if(o){let t;n._$AQ?.(e),n._$AM=e,n._$AP!==void 0&&(t=e._$AU)!==a._$AU&&n._$AP(t)}if(t!==i||o){let e=n._$AA;for(;e!==t;){let t=ii(e).nextSibling;ii(r).insertBefore(e,i),e=t}}}return n},L=(e,t,n=e)=>(e._$AI(t,n),e),ci={},li=(e,t=ci)=>e._$AH=t,ui=e=>e._$AH,di=e=>{e._$AR(),e._$AA.remove()},R=ti(class extends ni{constructor(e){if(super(e),e.type!==I.PROPERTY&&e.type!==I.ATTRIBUTE&&e.type!==I.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!ai(e))throw Error("`live` bindings can only contain a single expression")}render(e){return e}update(e,[t]){if(t===x||t===S)return t;let n=e.element,r=e.name;if(e.type===I.PROPERTY){if(t===n[r])return x}else if(e.type===I.BOOLEAN_ATTRIBUTE){if(!!t===n.hasAttribute(r))return x}else if(e.type===I.ATTRIBUTE&&n.getAttribute(r)===t+``)return x;return li(e),t}}),fi=e=>e.target.value;function pi(e,t){let{name:n,help:r,error:i}=e,a=[r&&`${n}-help`,i&&`${n}-error`].filter(Boolean).join(` `);return y`<div class="field" part="field">
    <label for=${n} part="label" class=${e.quiet?`hidden`:``}>${e.label}</label>
    ${t(a||S)}
    ${i?y`<p class="error" id="${n}-error" part="error">${i}</p>`:S}
    ${r?y`<p class="help" id="${n}-help">${r}</p>`:S}
    ${e.more??S}
  </div>`}function z(e){return pi(e,t=>{let n=y`<input
      id=${e.name}
      name=${e.name}
      part="input"
      type=${e.type??`text`}
      inputmode=${e.inputmode??`text`}
      dir=${e.ltr?`ltr`:S}
      placeholder=${e.placeholder??S}
      maxlength=${e.maxlength??S}
      autocomplete="off"
      aria-describedby=${t}
      aria-required=${e.required?`true`:S}
      aria-invalid=${e.error?`true`:S}
      .value=${R(e.value)}
      @input=${t=>e.change(fi(t))}
      @blur=${()=>e.leave?.()}
    />`;return e.prefix===void 0?n:y`<div class="prefixed" dir="ltr"><span class="muted">${e.prefix}</span>${n}</div>`})}function B(e){return z({inputmode:`numeric`,...e})}function mi(e){return pi(e,t=>y`<textarea
      id=${e.name}
      name=${e.name}
      part="input"
      rows=${e.rows??4}
      aria-describedby=${t}
      aria-invalid=${e.error?`true`:S}
      .value=${R(e.value)}
      @input=${t=>e.change(fi(t))}
      @blur=${()=>e.leave?.()}
    ></textarea>`)}function hi(e){return pi(e,t=>y`<select
      id=${e.name}
      name=${e.name}
      part="input"
      aria-describedby=${t}
      aria-invalid=${e.error?`true`:S}
      @change=${t=>e.change(fi(t))}
    >
      ${e.options.map(([t,n])=>y`<option value=${t} .selected=${R(t===e.value)}>${n}</option>`)}
    </select>`)}function gi(e,t){return pi(e,n=>y`<div class="amount">
      <input
        id=${e.name}
        name=${e.name}
        part="input"
        inputmode="numeric"
        autocomplete="off"
        aria-describedby=${n}
        aria-invalid=${e.error?`true`:S}
        .value=${R(e.value.typed)}
        @input=${t=>e.change({...e.value,typed:fi(t)})}
        @blur=${()=>e.leave?.()}
      />
      <select
        part="input"
        aria-label=${`${e.label}: ${t(`unit`)}`}
        @change=${t=>e.change({...e.value,unit:fi(t)})}
      >
        ${(e.units??mr).map(n=>y`<option value=${n} .selected=${R(n===e.value.unit)}>${t(`unit_${n}`)}</option>`)}
      </select>
    </div>`)}function _i(e){return y`<div class="tick">
    <input
      id=${e.name}
      name=${e.name}
      type="checkbox"
      aria-describedby=${e.help?`${e.name}-help`:S}
      .checked=${R(e.value)}
      @change=${t=>e.change(t.target.checked)}
    />
    <div>
      <label for=${e.name}>${e.label}</label>
      ${e.help?y`<p class="help muted" id="${e.name}-help">${e.help}</p>`:S}
    </div>
  </div>`}var V=e=>y`<svg
  class="picture" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8"
  stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"
>${e}</svg>`,H={copy:V(b`<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v1"/>`),edit:V(b`<path d="M4 20h4L19 9l-4-4L4 16v4z"/><path d="M13.5 6.5l4 4"/>`),remove:V(b`<path d="M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3"/>`),add:V(b`<path d="M12 5v14M5 12h14"/>`),close:V(b`<path d="M6 6l12 12M18 6L6 18"/>`),up:V(b`<path d="M12 19V5M6 11l6-6 6 6"/>`),down:V(b`<path d="M12 5v14M6 13l6 6 6-6"/>`),open:V(b`<path d="M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5"/>`),clock:V(b`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>`),video:V(b`<rect x="3" y="6" width="12" height="12" rx="2"/><path d="M15 10.5l6-3.5v10l-6-3.5z"/>`),place:V(b`<path d="M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21z"/><circle cx="12" cy="9.5" r="2.5"/>`),person:V(b`<circle cx="12" cy="8" r="4"/><path d="M4 21c0-4 3.6-6 8-6s8 2 8 6"/>`),people:V(b`<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c0-3.6 3-5.5 6.5-5.5s6.5 1.9 6.5 5.5M16 5a3.5 3.5 0 0 1 0 6.6M18 15c2.2.7 3.5 2.300 3.500 5"/>`),calendar:V(b`<rect x="4" y="5" width="16" height="16" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>`),link:V(b`<path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.600-5.600L12 7"/><path d="M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.600 5.600L12 17"/>`)},vi=s`
  scheduling-time-field {
    position: relative;
    display: block;
    inline-size: 7.25rem;
  }
  scheduling-time-field input {
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  scheduling-time-field ul {
    position: absolute;
    inset-block-start: calc(100% + 4px);
    inset-inline-start: 0;
    z-index: 5;
    inline-size: max(100%, 8rem);
    max-block-size: 15rem;
    overflow-y: auto;
    padding: 0.3rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
    scroll-padding-block: 0.3rem;
  }
  scheduling-time-field li {
    display: flex;
    align-items: center;
    justify-content: center;
    min-block-size: 2.5rem;
    border-radius: calc(var(--_radius) * 0.7);
    font-variant-numeric: tabular-nums;
    cursor: pointer;
  }
  scheduling-time-field li:hover {
    background: var(--_surface-2);
  }
  scheduling-time-field li[aria-selected='true'] {
    background: var(--_free);
    font-weight: 650;
  }
  scheduling-time-field li.active {
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
`,yi=500,bi=class extends w{static{this.properties={value:{},end:{type:Boolean},locale:{},label:{},name:{},invalid:{type:Boolean},describedby:{},typed:{state:!0},open:{state:!0},active:{state:!0}}}#e;constructor(){super(),this.value=``,this.end=!1,this.locale=`en`,this.label=``,this.name=``,this.invalid=!1,this.open=!1,this.active=-1}focus(){this.querySelector(`input`)?.focus()}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.#e)}createRenderRoot(){return this}updated(e){this.open&&(e.has(`active`)||e.has(`open`))&&this.querySelector(`li.active`)?.scrollIntoView({block:`nearest`})}render(){let e=`${this.name}-list`;return y`<input
        id=${this.name}
        type="text"
        part="input"
        role="combobox"
        aria-label=${this.label}
        aria-expanded=${this.open?`true`:`false`}
        aria-controls=${e}
        aria-autocomplete="none"
        aria-activedescendant=${this.open&&this.active>=0?`${e}-${this.active}`:S}
        aria-invalid=${this.invalid?`true`:S}
        aria-describedby=${this.describedby??S}
        autocomplete="off"
        spellcheck="false"
        maxlength="20"
        .value=${this.typed??this.#t(this.value)}
        @input=${this.#n}
        @click=${this.#r}
        @focus=${e=>e.target.select()}
        @blur=${this.#i}
        @keydown=${this.#a}
      />
      <ul id=${e} role="listbox" aria-label=${this.label} ?hidden=${!this.open} @mousedown=${Si}>
        ${this.open?lr(this.end).map((t,n)=>y`<li
                id="${e}-${n}"
                role="option"
                class=${n===this.active?`active`:``}
                aria-selected=${t===this.value?`true`:`false`}
                @click=${()=>this.#o(t)}
              >
                ${this.#t(t)}
              </li>`):S}
      </ul>`}#t(e){return N(e,this.end)?new E(this.locale,`UTC`).clock(e):e}#n=e=>{this.typed=e.target.value;let t=this.#c(this.typed);this.open&&t&&(this.active=xi(lr(this.end),t)),clearTimeout(this.#e),t&&(this.#e=setTimeout(()=>this.#l(t),yi))};#r=()=>{this.open=!0,this.active=xi(lr(this.end),this.value)};#i=()=>{this.open=!1,this.#s()};#a=e=>{let t=lr(this.end),n={ArrowDown:1,ArrowUp:-1,PageDown:4,PageUp:-4}[e.key];if(n!==void 0&&!e.ctrlKey&&!e.metaKey)e.preventDefault(),this.open?e.altKey&&n<0?this.open=!1:this.active=Math.max(0,Math.min(t.length-1,this.active+n)):this.#r();else if(e.key===`Enter`){let n=t[this.active];this.open&&n&&this.typed===void 0?this.#o(n):(this.open=!1,this.#s()),e.preventDefault()}else e.key===`Escape`&&(this.open||this.typed!==void 0)&&(e.preventDefault(),e.stopPropagation(),this.open=!1,this.typed=void 0,clearTimeout(this.#e))};#o(e){this.typed=void 0,this.open=!1,clearTimeout(this.#e),this.#l(e)}#s(){clearTimeout(this.#e);let{typed:e}=this;e!==void 0&&(this.typed=void 0,this.#l(this.#c(e)??e.trim()))}#c(e){return ur(e,dr(this.locale),this.end)}#l(e){e!==this.value&&(this.value=e,this.dispatchEvent(new CustomEvent(`scheduling-time`,{detail:{value:e},bubbles:!0})))}};function xi(e,t){return N(t,!0)?Math.max(0,e.findLastIndex(e=>e<=t)):e.indexOf(`09:00`)}function Si(e){e.preventDefault()}customElements.get(`scheduling-time-field`)||customElements.define(`scheduling-time-field`,bi);var Ci=[vi,s`
    .windows {
      display: grid;
      gap: 0.5rem;
    }
    .window {
      display: flex;
      align-items: center;
      gap: 0.5rem;
    }
    .window > .to {
      color: var(--_text-muted);
    }
    .windows .error {
      margin-block-start: 0.25rem;
      color: var(--_danger);
      font-size: 0.9em;
      font-weight: 550;
    }
    @media (forced-colors: active) {
      .windows .error {
        forced-color-adjust: none;
      }
    }
  `],wi={no_time:`hours_no_time`,order:`hours_order`,overlap:`hours_overlap`};function Ti(e,t){let n=$n(t.windows);return y`<ul class="windows">
    ${t.windows.map((r,i)=>{let a=n.find(e=>e.at===i),o=`${t.name}-${i}-error`,s=n=>y`<scheduling-time-field
        .name=${`${t.name}-${i}-${n}`}
        .value=${r[n]}
        .end=${n===`end`}
        .locale=${t.locale}
        .label=${e(n===`start`?`hours_from`:`hours_until`,{day:t.day,number:i+1})}
        .invalid=${a?.field===n}
        .describedby=${a?.field===n?o:void 0}
        @scheduling-time=${e=>{e.stopPropagation(),t.change(t.windows.map((t,r)=>r===i?{...t,[n]:e.detail.value}:{...t}))}}
      ></scheduling-time-field>`;return y`<li>
        <div class="window">
          ${s(`start`)}<span class="to" aria-hidden="true">–</span>${s(`end`)}
          <button
            type="button"
            class="icon plain"
            part="button"
            aria-label=${e(`hours_remove`,{day:t.day,number:i+1})}
            @click=${()=>t.remove(i)}
          >
            ${H.close}
          </button>
        </div>
        ${a?y`<p class="error" id=${o} role="alert">${e(wi[a.why])}</p>`:S}
      </li>`})}
  </ul>`}var Ei=class extends w{static{this.properties={week:{attribute:!1},locale:{},copying:{state:!0},said:{state:!0}}}static{this.styles=[Gt,...Ci,s`
      :host {
        display: block;
        container-type: inline-size;
      }
      .day {
        display: grid;
        grid-template-columns: minmax(9.5rem, max-content) 1fr auto;
        align-items: start;
        gap: 0.5rem 1rem;
        padding-block: 0.75rem;
        border-block-end: 1px solid var(--_border);
      }
      .day:last-child {
        border-block-end: 0;
      }
      .name {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        min-block-size: var(--_control-height);
        cursor: pointer;
      }
      .off {
        display: flex;
        align-items: center;
        min-block-size: var(--_control-height);
        color: var(--_text-muted);
      }
      .acts {
        position: relative;
        display: flex;
        gap: 0.25rem;
      }
      .copy {
        position: absolute;
        inset-block-start: calc(100% + 4px);
        inset-inline-end: 0;
        z-index: 6;
        display: grid;
        gap: 0.25rem;
        inline-size: 15rem;
        padding: 1rem;
        border: 1px solid var(--_border);
        border-radius: var(--_radius);
        background: var(--_surface);
        box-shadow: var(--_shadow);
      }
      .copy legend {
        padding: 0;
        margin-block-end: 0.25rem;
      }
      .copy label {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        min-block-size: 2.25rem;
        font-weight: 400;
        cursor: pointer;
      }
      .copy .row {
        justify-content: flex-end;
        margin-block-start: 0.5rem;
      }
      @container (inline-size < 36rem) {
        .day {
          grid-template-columns: 1fr auto;
        }
        .day > .what {
          grid-column: 1 / -1;
          grid-row: 2;
        }
        .day > .what.off {
          grid-column: 1;
          grid-row: 1;
          justify-self: end;
        }
      }
      @container (inline-size < 22rem) {
        scheduling-time-field {
          inline-size: auto;
          flex: 1 1 4rem;
          min-inline-size: 0;
        }
        .window {
          gap: 0.25rem;
        }
        .window input {
          padding-inline: 0.25rem;
        }
      }
    `]}constructor(){super(),this.week=Kn({}),this.locale=`en`,this.said=``}async focusTrouble(){await this.updateComplete;let e=this.renderRoot.querySelector(`[aria-invalid="true"]`);return e?.focus(),e!==null}connectedCallback(){super.connectedCallback(),this.ownerDocument.addEventListener(`pointerdown`,this.#c)}disconnectedCallback(){super.disconnectedCallback(),this.ownerDocument.removeEventListener(`pointerdown`,this.#c)}render(){let e=Jt(this.locale),t=new E(this.locale,`UTC`);return y`<div>${Zn(this.locale).map(n=>this.#e(e,t,n))}</div>
      <p class="hidden" role="status">${this.said}</p>`}#e(e,t,n){let r=Wn[n],i=this.week[r],a=t.weekdayName(n,`long`);return y`<div class="day" role="group" aria-labelledby="${r}-name">
      <label class="name">
        <input
          type="checkbox"
          class="switch"
          role="switch"
          id="${r}-switch"
          .checked=${i.enabled}
          @change=${e=>this.#n(r,nr(i,e.target.checked))}
        />
        <span id="${r}-name">${a}</span>
      </label>
      ${i.enabled?y`<div class="what">
            ${Ti(e,{name:r,day:a,locale:this.locale,windows:i.windows,change:e=>this.#n(r,{...i,windows:e}),remove:e=>void this.#i(r,e)})}
          </div>`:y`<p class="what off">${e(`hours_closed`)}</p>`}
      <div class="acts">
        <button
          type="button"
          class="icon plain"
          part="button"
          id="${r}-add"
          aria-label=${e(`hours_add`,{day:a})}
          title=${e(`hours_add`,{day:a})}
          @click=${()=>void this.#r(r)}
        >
          ${H.add}
        </button>
        <button
          type="button"
          class="icon plain"
          part="button"
          id="${r}-copy"
          aria-label=${e(`hours_copy`,{day:a})}
          title=${e(`hours_copy`,{day:a})}
          aria-expanded=${this.copying===r?`true`:`false`}
          @click=${()=>void this.#o(this.copying===r?void 0:r)}
        >
          ${H.copy}
        </button>
        ${this.copying===r?this.#t(e,t,r,a):S}
      </div>
    </div>`}#t(e,t,n,r){return y`<form
      class="copy"
      @submit=${e=>this.#a(e,n)}
      @keydown=${e=>{e.key===`Escape`&&(e.stopPropagation(),this.#o(void 0,n))}}
    >
      <fieldset>
        <legend>${e(`hours_copy_to`,{day:r})}</legend>
        ${Zn(this.locale).filter(e=>Wn[e]!==n).map(e=>y`<label>
              <input type="checkbox" name="day" value=${Wn[e]} />${t.weekdayName(e,`long`)}
            </label>`)}
        <label><input type="checkbox" @change=${Di} />${e(`hours_copy_all`)}</label>
      </fieldset>
      <div class="row">
        <button type="button" part="button" @click=${()=>void this.#o(void 0,n)}>${e(`cancel`)}</button>
        <button type="submit" class="primary" part="button button-primary">${e(`hours_copy_apply`)}</button>
      </div>
    </form>`}#n(e,t){this.#l({...this.week,[e]:t})}async#r(e){let t=this.week[e],n=t.enabled?rr(t):nr(t,!0);this.#n(e,n),await this.#s(`#${e}-${n.windows.length-1}-start`)}async#i(e,t){this.#n(e,ar(this.week[e],t)),await this.#s(this.week[e].windows.length?`#${e}-add`:`#${e}-switch`)}#a(e,t){e.preventDefault();let n=[...e.target.querySelectorAll(`input[name="day"]:checked`)].map(({value:e})=>e);n.length&&(this.#l(or(this.week,t,n)),this.said=Jt(this.locale)(`hours_copied`,{count:n.length})),this.#o(void 0,t)}async#o(e,t){this.copying=e,e?await this.#s(`.copy input`):t&&await this.#s(`#${t}-copy`)}async#s(e){await this.updateComplete,await new Promise(requestAnimationFrame),this.renderRoot.querySelector(e)?.focus()}#c=e=>{this.copying&&(e.composedPath().some(e=>e instanceof HTMLElement&&e.classList.contains(`acts`))||(this.copying=void 0))};#l(e){this.week=e,this.dispatchEvent(new CustomEvent(`scheduling-hours`,{detail:{week:e},bubbles:!0}))}};function Di(e){let{checked:t,form:n}=e.target;n?.querySelectorAll(`input[name="day"]`).forEach(e=>e.checked=t)}customElements.get(`scheduling-hours`)||customElements.define(`scheduling-hours`,Ei);function U(e,t){return{name:t,value:e.form[t],error:e.error(t),change:n=>e.change({[t]:n}),leave:()=>e.leave(t)}}function Oi(e){let{t,form:n}=e,r=e.freeSlug;return Fi(`basics`,t(`link_basics`),[z({...U(e,`title`),label:t(`link_title`),help:t(`link_title_help`),required:!0,maxlength:500}),z({...U(e,`slug`),label:t(`link_slug`),help:t(`link_slug_help`),required:!0,ltr:!0,maxlength:128,prefix:e.base,more:r===void 0?S:y`<p><button type="button" class="small" @click=${()=>{e.change({slug:r}),e.focus(`slug`)}}>${t(`slug_use`,{slug:r})}</button></p>`}),mi({name:`description`,label:t(`link_description`),help:t(`link_description_help`),value:n.description,error:e.error(`description`),change:t=>e.change({description:t})}),y`<div class="pair">
      ${hi({name:`conferencing`,label:t(`conferencing_label`),help:t(`conferencing_help`),value:n.conferencing,error:e.error(`conferencing`),options:[`none`,`google_meet`,`teams`].map(e=>[e,t(`conferencing_${e}`)]),change:t=>e.change({conferencing:t})})}
      ${z({...U(e,`location`),label:t(`link_location`),help:t(`link_location_help`)})}
    </div>`])}function ki(e){let{t,form:n}=e,r=n.duration_options,i=(t,n)=>e.change({duration_options:r.map((e,r)=>r===t?n:e)});return Fi(`lengths`,t(`link_lengths`),[y`<div class="pair">
      ${B({...U(e,`duration_minutes`),label:t(`link_duration`),required:!0})}
      ${B({...U(e,`slot_interval_minutes`),label:t(`link_interval`),help:t(`link_interval_help`),placeholder:n.duration_minutes})}
    </div>`,y`<fieldset class="stack tight">
      <legend>${t(`link_more_lengths`)}</legend>
      ${r.length?y`<ul class="chips">
            ${r.map((n,a)=>{let o=`duration_options.${a}`;return y`<li class="chip">
                ${B({name:o,label:t(`link_length_nth`,{count:a+1}),quiet:!0,value:n,error:e.error(o),change:e=>i(a,e),leave:()=>e.leave(o)})}
                ${Li(`${t(`link_remove_length`)}: ${n}`,()=>{e.change({duration_options:r.filter((e,t)=>t!==a)}),e.focus(`add-length`)})}
              </li>`})}
          </ul>`:S}
      ${Ii(e,`duration_options`)}
      <div>
        <button
          type="button"
          id="add-length"
          class="small"
          @click=${()=>{e.change({duration_options:[...r,Ai(n)]}),e.focus(`duration_options.${r.length}`)}}
        >${H.add}${t(`link_add_length`)}</button>
      </div>
    </fieldset>`])}function Ai(e){let t=new Set([e.duration_minutes.trim(),...e.duration_options]);return[`15`,`30`,`45`,`60`,`90`,`120`].find(e=>!t.has(e))??``}function ji(e){let{t,form:n}=e,r=n.availability_settings,i=(t,n)=>y`<label class="row option">
    <input type="radio" name="hours" .checked=${R(t===(r!==null))} @change=${()=>e.ownHours(t)} />
    <span>${n}</span>
  </label>`;return y`<fieldset class="stack tight" aria-describedby="hours-help">
    <legend>${t(`link_hours`)}</legend>
    ${i(!1,t(`link_hours_owner`))} ${i(!0,t(`link_hours_own`))}
    ${r?y`<scheduling-hours
          id="availability_settings"
          tabindex="-1"
          .week=${r}
          .locale=${e.locale}
          @scheduling-hours=${t=>{t.stopPropagation(),e.change({availability_settings:t.detail.week})}}
        ></scheduling-hours>`:S}
    ${Ii(e,`availability_settings`)}
    <p class="muted" id="hours-help">${t(`link_hours_help`)}</p>
  </fieldset>`}function Mi(e){let{t}=e;return Fi(`times`,t(`link_times`),[ji(e),y`<div class="pair">
      ${Ri(e,`minimum_notice_minutes`,t(`link_notice`),t(`link_notice_help`))}
      ${B({...U(e,`booking_window_days`),label:t(`link_window`),help:t(`link_window_help`)})}
    </div>
    <div class="pair">
      ${B({...U(e,`buffer_before_minutes`),label:t(`link_buffer_before`)})}
      ${B({...U(e,`buffer_after_minutes`),label:t(`link_buffer_after`)})}
    </div>
    <div class="pair">
      ${B({...U(e,`max_bookings_per_day`),label:t(`link_cap`),help:t(`link_cap_help`)})}
    </div>`])}function Ni(e){let{t,form:n}=e,r=n.reminder_minutes,i=t=>e.change({reminder_minutes:t}),a=new Intl.DisplayNames([e.locale],{type:`language`}),o=Ye.map(e=>[e,a.of(e)??e]),s=n.locale&&!Ye.includes(n.locale);return Fi(`after`,t(`link_after`),[zi(e,`cancel_notice_minutes`,t(`link_may_cancel`)),zi(e,`reschedule_notice_minutes`,t(`link_may_move`)),y`<fieldset class="stack tight">
      <legend>${t(`link_reminders`)}</legend>
      ${r.length?S:y`<p class="muted">${t(`link_reminders_none`)}</p>`}
      ${r.map((n,a)=>{let o=`reminder_minutes.${a}`;return y`<div class="row nowrap">
          ${gi({name:o,label:t(`link_reminder_nth`,{count:a+1}),quiet:!0,value:n,error:e.error(o),change:e=>i(r.map((t,n)=>n===a?e:t)),leave:()=>e.leave(o)},t)}
          ${Li(`${t(`link_remove_reminder`)}: ${n.typed} ${t(`unit_${n.unit}`)}`,()=>{i(r.filter((e,t)=>t!==a)),e.focus(`add-reminder`)})}
        </div>`})}
      ${Ii(e,`reminder_minutes`)}
      ${r.length<5?y`<div>
            <button
              type="button"
              id="add-reminder"
              class="small"
              @click=${()=>{i([...r,hr(r.length?60:1440)]),e.focus(`reminder_minutes.${r.length}`)}}
            >${H.add}${t(`link_add_reminder`)}</button>
          </div>`:S}
    </fieldset>`,z({...U(e,`redirect_url`),label:t(`link_redirect`),help:t(`link_redirect_help`),type:`url`,inputmode:`url`,ltr:!0}),hi({...U(e,`locale`),label:t(`link_locale`),options:[[``,t(`link_locale_owner`)],...o,...s?[[n.locale,a.of(n.locale)??n.locale]]:[]]})])}function Pi(e){let{t}=e,n=[[`max_hourly_attempts_per_guest`,`link_attempts`],[`max_hourly_bookings_per_guest`,`link_bookings`],[`max_upcoming_bookings_per_guest`,`link_upcoming`],[`max_hourly_moves_per_booking`,`link_moves`]];return y`<details class="card" id="section-advanced" ?open=${n.some(([t])=>e.error(t))}>
    <summary><h3>${t(`link_advanced`)}</h3></summary>
    <div class="stack">
      <p class="muted">${t(`link_advanced_help`)}</p>
      <div class="pair">
        ${n.map(([n,r])=>B({...U(e,n),label:t(r)}))}
      </div>
    </div>
  </details>`}function Fi(e,t,n){return y`<section class="card stack" id="section-${e}" aria-labelledby="heading-${e}">
    <h3 id="heading-${e}">${t}</h3>
    ${n}
  </section>`}function Ii(e,t){let n=e.error(t);return n?y`<p class="error" part="error">${n}</p>`:S}function Li(e,t){return y`<button type="button" class="icon plain danger-text" aria-label=${e} title=${e} @click=${t}>${H.remove}</button>`}function Ri(e,t,n,r){return gi({name:t,label:n,help:r,value:e.form[t],error:e.error(t),change:n=>e.change({[t]:n}),leave:()=>e.leave(t)},e.t)}function zi(e,t,n){let{t:r}=e,i=e.form[t];return y`<div class="stack tight">
    ${_i({name:`${t}-allowed`,label:n,value:i!==null,change:n=>e.change({[t]:n?hr(0,`hours`):null})})}
    ${i===null?S:y`<div class="inset">
          ${gi({name:t,label:r(`link_until_before`),value:i,error:e.error(t),change:n=>e.change({[t]:n}),leave:()=>e.leave(t)},r)}
        </div>`}
  </div>`}var Bi=(e,t,n)=>{let r=new Map;for(let i=t;i<=n;i++)r.set(e[i],i);return r},Vi=ti(class extends ni{constructor(e){if(super(e),e.type!==I.CHILD)throw Error(`repeat() can only be used in text expressions`)}dt(e,t,n){let r;n===void 0?n=t:t!==void 0&&(r=t);let i=[],a=[],o=0;for(let t of e)i[o]=r?r(t,o):o,a[o]=n(t,o),o++;return{values:a,keys:i}}render(e,t,n){return this.dt(e,t,n).values}update(e,[t,n,r]){let i=ui(e),{values:a,keys:o}=this.dt(t,n,r);if(!Array.isArray(i))return this.ut=o,a;let s=this.ut??=[],c=[],l,u,d=0,f=i.length-1,p=0,m=a.length-1;for(;d<=f&&p<=m;)if(i[d]===null)d++;else if(i[f]===null)f--;else if(s[d]===o[p])c[p]=L(i[d],a[p]),d++,p++;else if(s[f]===o[m])c[m]=L(i[f],a[m]),f--,m--;else if(s[d]===o[m])c[m]=L(i[d],a[m]),si(e,c[m+1],i[d]),d++,m--;else if(s[f]===o[p])c[p]=L(i[f],a[p]),si(e,i[d],i[f]),f--,p++;else if(l===void 0&&(l=Bi(o,p,m),u=Bi(s,d,f)),l.has(s[d])){if(l.has(s[f])){let t=u.get(o[p]),n=t===void 0?null:i[t];if(n===null){let t=si(e,i[d]);L(t,a[p]),c[p]=t}else c[p]=L(n,a[p]),si(e,i[d],n),i[t]=null;p++}else di(i[f]),f--}else di(i[d]),d++;for(;p<=m;){let t=si(e,c[m+1]);L(t,a[p]),c[p++]=t}for(;d<=f;){let e=i[d++];e!==null&&di(e)}return this.ut=o,li(e,c),x}});function Hi(e){let{t}=e,n=e.form.questions;return Fi(`questions`,t(`link_questions`),[y`<p class="muted">${t(`link_questions_help`)}</p>`,n.length?y`<ol class="stack">
          ${Vi(n,e=>e.key,(t,n)=>Ui(e,t,n))}
        </ol>`:y`<p>${t(`question_none`)}</p>`,Ii(e,`questions`),n.length<50?y`<div>
          <button
            type="button"
            id="add-question"
            class="small"
            @click=${()=>{let t=Ar();e.change({questions:[...n,t]}),e.focus(`questions.${t.key}.label`)}}
          >${H.add}${t(`question_add`)}</button>
        </div>`:S])}function Ui(e,t,n){let{t:r}=e,i=e.form.questions,a=n+1,o=e=>`questions.${t.key}.${e}`,s=n=>e.change({questions:i.map(e=>e.key===t.key?{...e,...n}:e)}),c=n=>({name:o(n),value:t[n],error:e.error(o(n)),change:e=>s({[n]:e}),leave:()=>e.leave(o(n))}),l=(t,a)=>{let s=n+t;e.change({questions:Lr(i,n,t)}),e.say(r(`question_moved`,{count:s+1}));let c=s===(a===`up`?0:i.length-1);e.focus(o(c?a===`up`?`down`:`up`:a))},u=(e,t,n,i)=>y`<button
    type="button"
    class="icon plain"
    id=${o(e)}
    ?disabled=${i}
    aria-label=${t}
    title=${r(e===`up`?`question_up`:`question_down`)}
    @click=${()=>l(n,e)}
  >${H[e]}</button>`,d=[`placeholder`,`help`,`max_length`].some(t=>e.error(o(t)));return y`<li class="question stack">
    <div class="row question-head">
      <h4>${r(`question_nth`,{count:a})}</h4>
      <span class="push row">
        ${u(`up`,r(`question_up_nth`,{count:a}),-1,n===0)}
        ${u(`down`,r(`question_down_nth`,{count:a}),1,n===i.length-1)}
        <button
          type="button"
          class="icon plain danger-text"
          aria-label=${r(`question_remove_nth`,{count:a})}
          title=${r(`question_remove`)}
          @click=${()=>{e.change({questions:i.filter(e=>e.key!==t.key)}),e.say(r(`question_removed`)),e.focus(`add-question`)}}
        >${H.remove}</button>
      </span>
    </div>
    <div class="pair">
      ${z({...c(`label`),label:r(`question_label`),required:!0})}
      ${hi({name:o(`type`),label:r(`question_type`),value:t.type,options:Cr.map(e=>[e,r(`question_type_${e}`)]),change:e=>s({type:e})})}
    </div>
    ${jr(t.type)?mi({...c(`options`),label:r(`question_options`),help:r(`question_options_help`),rows:4}):S}
    ${_i({name:o(`required`),label:r(`question_required`),value:t.required,change:e=>s({required:e})})}
    <details ?open=${d}>
      <summary>${r(`question_more`)}</summary>
      <div class="stack">
        ${z({...c(`help`),label:r(`question_help`)})}
        <div class="pair">
          ${Nr(t.type)?z({...c(`placeholder`),label:r(`question_placeholder`)}):S}
          ${Mr(t.type)?B({...c(`max_length`),label:r(`question_max_length`),placeholder:t.type===`text`?`500`:`5000`}):S}
        </div>
      </div>
    </details>
  </li>`}function Wi(e){let{editor:t}=e,{t:n}=t;return y`<header class="stack tight head">
      <div>
        <button type="button" class="plain small back" id="back" @click=${e.back}><span class="arrow" aria-hidden="true"></span>${n(`back_to_links`)}</button>
      </div>
      <h2 tabindex="-1" id="heading"><bdi>${e.title}</bdi></h2>
    </header>
    ${e.notices}
    <div class="editor">
      <form
        class="stack"
        novalidate
        @submit=${t=>{t.preventDefault(),e.save()}}
        @keydown=${t=>{t.key===`s`&&(t.ctrlKey||t.metaKey)&&(t.preventDefault(),e.save())}}
      >
        ${Oi(t)} ${ki(t)} ${Mi(t)} ${Hi(t)} ${Ni(t)} ${Pi(t)}
        <button type="submit" class="hidden" tabindex="-1" aria-hidden="true"></button>
      </form>
      ${e.preview}
    </div>
    ${e.bar}`}function Gi(e){let{t,links:n}=e;return y`<header class="row head">
      <div>
        <h2 tabindex="-1" id="heading">${t(`links_title`)}</h2>
        <p class="muted">${t(`links_intro`)}</p>
      </div>
      <button type="button" class="primary push" part="button button-primary" id="new" @click=${e.create}>${H.add}${t(`link_new`)}</button>
    </header>
    ${n.length?y`<ul class="links">
          ${Vi(n,e=>e.id,t=>Ki(e,t))}
        </ul>`:y`<div class="card empty">
          ${H.link}
          <h3>${t(`links_none`)}</h3>
          <p class="muted">${t(`links_none_help`)}</p>
        </div>`}`}function Ki(e,t){let{t:n,labels:r}=e,i=t.title,a=e.address(t),o=[...new Set([t.duration_minutes,...t.duration_options])].sort((e,t)=>e-t);return y`<li class="card link ${t.is_active?``:`off`}" id="link-${t.id}">
    <div class="what">
      <h3><bdi>${i}</bdi></h3>
      <ul class="facts muted">
        <li>${H.clock}<span>${r.list(o.map(e=>r.length(e)))}</span></li>
        ${t.conferencing===`none`?S:y`<li>${H.video}<span>${n(`conferencing_${t.conferencing}`)}</span></li>`}
        ${t.location?y`<li>${H.place}<span class="cut"><bdi>${t.location}</bdi></span></li>`:S}
        <li class="slug">${H.link}<span class="cut" dir="ltr">${a?qi(a):`/${t.slug}`}</span></li>
      </ul>
    </div>
    <label class="row state">
      <span aria-hidden="true">${n(t.is_active?`link_on`:`link_off`)}</span>
      <input
        type="checkbox"
        role="switch"
        class="switch"
        aria-label=${n(`link_active`,{title:i})}
        aria-busy=${e.busy.has(t.id)?`true`:S}
        .checked=${R(t.is_active)}
        @change=${n=>e.toggle(t,n.target.checked)}
      />
    </label>
    <div class="row acts">
      <button type="button" class="small" aria-label=${n(`link_copy_named`,{title:i})} @click=${()=>e.copy(t)}>
        ${H.copy}<span>${n(e.copied===t.id?`link_copied`:`link_copy`)}</span>
      </button>
      ${a&&t.is_active?y`<a class="button small" href=${a} target="_blank" rel="noopener noreferrer" aria-label=${n(`link_open_named`,{title:i})}>${H.open}<span>${n(`link_open`)}</span></a>`:S}
      <span class="push row">
        <button type="button" class="small" aria-label=${n(`link_edit_named`,{title:i})} @click=${()=>e.edit(t)}>${H.edit}<span>${n(`link_edit`)}</span></button>
        <button type="button" class="icon small plain danger-text" aria-label=${n(`link_delete_named`,{title:i})} title=${n(`link_delete`)} @click=${()=>e.remove(t)}>${H.remove}</button>
      </span>
    </div>
    ${e.shown===t.id?y`<p class="notice by-hand">${a?y`${n(`link_copy_failed`)} <code dir="ltr">${a}</code>`:n(`link_no_address`)}</p>`:S}
  </li>`}function qi(e){return e.replace(/^https?:\/\//,``)}var Ji=350,Yi=14,Xi=5,Zi=8,Qi=class{#e;#t;#n;#r;constructor(e){this.found={kind:`none`},this.busy=!1,this.#t=``,this.#e=e,e.addController(this)}hostDisconnected(){this.stop()}stop(){clearTimeout(this.#n),this.#r?.abort(),this.#t=``,this.busy=!1,this.found={kind:`none`}}follow(e,t,n,r){let i=Kr(n),a=JSON.stringify([t.owner,r?.updated_at,i,n.booking_window_days]);if(a===this.#t)return;let o=this.#t===``;if(this.#t=a,clearTimeout(this.#n),this.#r?.abort(),!i){this.found={kind:`wrong`},this.busy=!1;return}let s=this.#r=new AbortController;this.busy=!0;let c=$i(t.timezone,Number(n.booking_window_days));this.#n=setTimeout(async()=>{try{let n=r?await e.read(`link_slots`,{slug:r.slug,until_time:c},{select:`slot_start`,signal:s.signal}):await e.read(`available_slots`,{owner:t.owner,until_time:c,...i},{select:`slot_start`,signal:s.signal});if(s.signal.aborted)return;this.found={kind:`times`,days:Mn(n.map(e=>A(e.slot_start)),t.timezone)}}catch(e){if(s.signal.aborted)return;this.found={kind:`refused`,refusal:e instanceof T?e:new T(`failed`)}}this.busy=!1,this.#e.requestUpdate()},o?0:Ji)}again(){this.#t=``,this.#e.requestUpdate()}render(e,t,n,r,i,a){let o=r.availability_settings!==null&&!i;return y`<aside class="card preview" aria-labelledby="heading-preview" aria-busy=${this.busy?`true`:S}>
      <h3 id="heading-preview">${e(`preview`)}</h3>
      <p class="muted">${e(`preview_unsaved`)} ${e(`preview_zone`,{zone:n.timezone.replaceAll(`_`,` `)})}</p>
      ${o?y`<p class="notice">${e(`preview_hours`)}</p>`:S}
      ${this.#i(e,t,a)}
    </aside>`}#i(e,t,n){let r=this.found;return r.kind===`wrong`?y`<p>${e(`preview_wrong`)}</p>`:r.kind===`refused`?y`<p>${n(r.refusal)}</p>
        <div><button type="button" class="small" @click=${()=>this.again()}>${e(`retry`)}</button></div>`:r.kind===`none`?y`<p class="muted">${e(`loading`)}</p>`:r.days.size?y`<ul class="days">
      ${[...r.days].slice(0,Xi).map(([n,r])=>y`<li class="day">
          <span>${t.shortDay(n)}</span>
          <ul class="starts">
            ${r.slice(0,Zi).map(e=>y`<li>${t.timeTold(e,r)}</li>`)}
            ${r.length>Zi?y`<li class="muted">${e(`preview_more`,{count:r.length-Zi})}</li>`:S}
          </ul>
        </li>`)}
    </ul>`:y`<p>${e(`preview_none`)}</p>`}};function $i(e,t){let n=Math.min(Yi,t+1);return j(In(On(M(Date.now(),e),n),e))}var ea=500;function ta(e,t){let n=e.tables.from(`booking_links`).select(`*`).eq(O(t).column,t.owner_id);return t.mode===`user`&&(n=n.is(`client_id`,null)),D(n.order(`created_at`).order(`id`).limit(ea))}function na(e,t){return ln(e,`booking_links`,{id:t.id})}var ra=(e,t)=>Xr(Ur(Hr(e)),t);async function ia(e,t,n,r){if(r)return cn(e,`booking_links`,{id:r.id},r.updated_at,{...ra(r,n)});let i={[O(t).column]:t.owner_id};try{return await Pt(e.tables.from(`booking_links`).insert({...n,...i}).select())}catch(t){if(!(t instanceof T)||t.kind!==`duplicate`)throw t;let r=await ln(e,`booking_links`,{slug:n.slug,...i});if(r&&!Object.keys(ra(r,n)).length)return r;throw t}}function aa(e,t,n){return Pt(e.tables.from(`booking_links`).update({is_active:n}).eq(`id`,t).select())}async function oa(e,t){await Pt(e.tables.from(`booking_links`).delete().eq(`id`,t).select(`id`))}async function sa(e,t,n){let{meetings:r,column:i}=O(t),{count:a,error:o}=await e.tables.from(r).select(`id`,{count:`exact`,head:!0}).eq(i,t.owner_id).eq(`booking_link_id`,n).eq(`status`,`confirmed`).gt(`starts_at`,`now`);if(o||a===null)throw new T(`failed`);return a}async function ca(e,t){let n=await e.value(`booking_url`,{slug:t});return typeof n==`string`&&n.endsWith(t)?n.slice(0,-t.length):void 0}async function la(e,t){let n=O(t);return(await ln(e,n.settings,{[n.settingsKey]:t.owner_id},`availability_settings`))?.availability_settings??{}}var ua=s`
  :host {
    container-type: inline-size;
    max-inline-size: var(--_max-width);
    padding: var(--_gap);
    border-radius: calc(var(--_radius) * 1.4);
    /* its own, since the page beneath may be light where this is dark */
    background: var(--_surface);
  }
  .push {
    margin-inline-start: auto;
  }
  .picture {
    flex: none;
    inline-size: 1.15em;
    block-size: 1.15em;
  }
  button.small,
  .button.small {
    min-block-size: 2.25rem;
    padding-block: 0.25em;
    padding-inline: 0.75em;
    font-size: 0.92em;
  }
  button.icon.small {
    min-inline-size: 2.25rem;
    padding: 0;
  }
  button.danger-text {
    color: var(--_text-muted);
  }
  button.danger-text:hover {
    color: var(--_danger);
  }
  legend {
    margin-block-end: 0.5em;
  }
  .back {
    margin-inline-start: -0.75em;
  }
  .arrow {
    inline-size: 0.55em;
    block-size: 0.55em;
    border-block-start: 2px solid;
    border-inline-start: 2px solid;
    transform: rotate(-45deg);
  }
  :host(:dir(rtl)) .arrow {
    transform: rotate(45deg);
  }
  .head {
    margin-block-end: calc(var(--_gap) * 1.25);
  }
  .head h2 {
    font-size: 1.5em;
  }
  .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .links {
    display: grid;
    gap: var(--_gap);
  }
  .link {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.9em 1em;
    border-inline-start: 4px solid var(--_accent);
    transition: box-shadow 120ms;
  }
  .link:hover {
    box-shadow: var(--_shadow);
  }
  .link.off {
    border-inline-start-color: var(--_border);
    background: var(--_surface-2);
  }
  .link.off h3 {
    color: var(--_text-muted);
  }
  .what {
    min-inline-size: 0;
  }
  .link h3 {
    font-size: 1.15em;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3em 1.1em;
    margin-block-start: 0.4em;
    font-size: 0.92em;
  }
  .facts li {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    min-inline-size: 0;
    max-inline-size: 100%;
  }
  .state {
    align-self: start;
    gap: 0.6em;
    font-weight: 400;
    font-size: 0.92em;
    color: var(--_text-muted);
    cursor: pointer;
    flex-wrap: nowrap;
    min-block-size: 1.75rem;
  }
  .acts {
    grid-column: 1 / -1;
    gap: 0.5em;
    padding-block-start: 0.9em;
    border-block-start: 1px solid var(--_border);
  }
  .acts .push {
    gap: 0.25em;
  }
  .by-hand {
    grid-column: 1 / -1;
    overflow-wrap: anywhere;
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 0.5em;
    padding-block: 3.5rem;
    text-align: center;
  }
  .empty .picture {
    inline-size: 2.25rem;
    block-size: 2.25rem;
    color: var(--_accent);
  }

  .editor {
    display: grid;
    gap: calc(var(--_gap) * 1.25);
    align-items: start;
  }
  .editor > form,
  .editor > * {
    min-inline-size: 0;
  }
  .pair {
    display: grid;
    gap: var(--_gap);
    align-items: start;
  }
  .tight {
    gap: 0.6em;
  }
  .inset {
    margin-inline-start: 2.1rem;
    max-inline-size: 22rem;
  }
  .nowrap {
    flex-wrap: nowrap;
    align-items: start;
    max-inline-size: 26rem;
  }
  .nowrap > .field {
    flex: 1;
  }
  p.error {
    color: var(--_danger);
    font-size: 0.9em;
    font-weight: 550;
  }
  .option {
    gap: 0.6em;
    flex-wrap: nowrap;
    font-weight: 400;
    cursor: pointer;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6em;
  }
  .chip {
    display: flex;
    align-items: start;
  }
  .chip .field {
    inline-size: 5rem;
  }
  .question {
    padding: var(--_gap);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: color-mix(in srgb, var(--_surface-2) 55%, var(--_surface));
  }
  .question-head {
    margin-block: -0.4em;
  }
  .question-head .row {
    gap: 0;
  }
  .question h4 {
    margin: 0;
    font-size: 0.92em;
    color: var(--_text-muted);
  }
  details > summary {
    cursor: pointer;
    min-block-size: 1.75rem;
  }
  details > summary h3 {
    display: inline;
  }
  details[open] > summary {
    margin-block-end: var(--_gap);
  }

  .preview {
    display: grid;
    gap: 0.75em;
  }
  .preview .day {
    display: grid;
    grid-template-columns: 6.5rem 1fr;
    gap: 0.5em;
    padding-block: 0.5em;
    border-block-start: 1px solid var(--_border);
  }
  .preview .starts {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35em;
  }
  .preview .starts li {
    padding-inline: 0.5em;
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_free);
    font-size: 0.9em;
    font-variant-numeric: tabular-nums;
  }
  .preview[aria-busy='true'] .days {
    opacity: 0.5;
  }

  @container (width >= 34rem) {
    .pair {
      grid-template-columns: 1fr 1fr;
    }
  }
  @container (width >= 56rem) {
    .editor {
      grid-template-columns: minmax(0, 1fr) 20rem;
    }
    .editor > aside {
      position: sticky;
      inset-block-start: 1rem;
    }
  }
`,da=2500,fa=class extends k{constructor(...e){super(...e),this.heeds=[`links`],this.#e=[],this.#n=new Set,this.#o=``,this.#c=new Jr([]),this.#l=!1,this.#d=new Qi(this),this.#f=new un(this,{form:Hr,values:e=>({...Ur(e)}),write:(e,t)=>ia(this.server,this.who,e,t),read:e=>na(this.server,e),saved:e=>this.#D(e),refused:e=>this.#O(e)})}static{this.properties={...k.properties,base:{}}}static{this.styles=[...k.styles,Cn,ua]}#e;#t;#n;#r;#i;#a;#o;#s;#c;#l;#u;#d;#f;get unsaved(){return this.#f.dirty}async load(e){this.#e=await ta(this.server,e),this.#a=void 0;let[t]=this.#e;this.base===void 0&&this.#t===void 0&&t&&(this.#t=await ca(this.server,t.slug).catch(()=>void 0))}forget(){this.#f.close(),this.#e=[],this.#d.stop()}stale(e){this.#f.row&&this.#f.renew(),this.unsaved||super.stale(e)}willUpdate(e){super.willUpdate(e);let{form:t}=this.#f;t&&this.who&&this.#d.follow(this.server,this.who,t,this.#f.dirty?void 0:this.#f.row)}updated(e){super.updated(e);let t=this.#s&&this.renderRoot.querySelector(`[id="${this.#s}"]`);t&&(this.#s=void 0,t.focus())}body(){let e=new E(this.language(),this.who.timezone);return y`${this.#f.form?this.#k(this.#f.form,e):this.#p(e)}
      <p class="hidden" role="status">${this.#o}</p>`}#p(e){let{t}=this;return y`${this.#a?nn(t,this.#a):S}
    ${Gi({t,labels:e,links:this.#e,busy:this.#n,copied:this.#r,shown:this.#i,address:e=>this.#m(e.slug),edit:e=>this.#b(e),create:()=>this.#x(),toggle:(e,t)=>void this.#h(e,t),copy:e=>void this.#g(e),remove:e=>void this.#_(e)})}`}#m(e){let t=this.base??this.#t;return t===void 0?void 0:new URL(t+e,document.baseURI).href}async#h(e,t){if(this.#n.has(e.id))return this.requestUpdate();this.#n.add(e.id),this.#y({...e,is_active:t});try{this.#y(await aa(this.server,e.id,t)),this.#a=void 0,this.#M(this.t(t?`link_switched_on`:`link_switched_off`,{title:e.title})),this.saved(`links`)}catch(t){this.#y(e),await this.#v(t)}this.#n.delete(e.id),this.requestUpdate()}async#g(e){let t=this.#m(e.slug);this.#i=void 0;try{if(!t)throw Error(`no address`);await navigator.clipboard.writeText(t),this.#r=e.id,this.#M(this.t(`link_copied_said`,{title:e.title})),setTimeout(()=>{this.#r=void 0,this.requestUpdate()},da)}catch{this.#i=e.id}this.requestUpdate()}async#_(e){let{t}=this,n=await sa(this.server,this.who,e.id).catch(()=>void 0),r=n===void 0?t(`link_delete_unknown`):n?t(`link_delete_meetings`,{count:n}):t(`link_delete_none`);if(await this.asks.ask({title:t(`link_delete_title`,{title:e.title}),text:[r,t(`link_delete_for_good`),e.is_active?t(`link_delete_instead`):``].join(` `).trim(),yes:t(`link_delete`),no:t(`cancel_keep`),danger:!0}))try{await oa(this.server,e.id),this.#e=this.#e.filter(({id:t})=>t!==e.id),this.#a=void 0,this.#M(t(`link_deleted`,{title:e.title})),this.#N(`heading`),this.saved(`links`)}catch(e){await this.#v(e)}}async#v(e){let t=this.noted(e);t.kind===`gone`&&await this.refresh(),this.#a=t.kind===`signed_out`?void 0:t,this.requestUpdate()}#y(e){this.#e=this.#e.map(t=>t.id===e.id?e:t),this.requestUpdate()}#b(e){this.#l=!0,this.#S(),this.#f.open(e),this.#f.renew()}#x(){this.#l=!1,this.#S(),this.#f.create(Hr(Yr)),this.#N(`title`)}#S(){this.#c=new Jr(this.#e.map(({slug:e})=>e)),this.#u=void 0,this.#a=void 0,this.#o=``,this.#d.stop(),this.#N(`heading`)}async#C(){let{t:e}=this,t=this.#f.row?this.#f.dirty:this.#l||this.#f.form?.title!==``,n={title:e(`leave_title`),text:e(`leave_text`),yes:e(`leave_yes`),no:e(`leave_no`),danger:!0};(!t||await this.asks.ask(n))&&(this.#f.close(),this.#d.stop(),this.#N(`heading`),await this.refresh())}#w(e){let t={...this.#f.form,...e};if(`slug`in e)this.#l=!0;else if(`title`in e&&!this.#l){let e=t.title.trim();t.slug=e?Sr(e,this.who.name??``,this.#c.taken):``}this.#c.changed(Object.keys(e)),this.#f.edit(t)}async#T(e){let t=this.#f.form;if(!e)return this.#u=t.availability_settings??this.#u,this.#w({availability_settings:null});if(!this.#u){let e=await la(this.server,this.who).catch(()=>({}));if(!this.#f.form)return;this.#u=Kn(e)}this.#w({availability_settings:this.#u})}#E(){let[e]=this.#c.all(this.#f.form);e?this.#N(e):this.#f.dirty&&this.#f.save()}#D(e){this.#c.saved(e.slug),this.#l=!0;let t=this.#e.some(({id:t})=>t===e.id);this.#e=t?this.#e.map(t=>t.id===e.id?e:t):[...this.#e,e],this.saved(`links`),this.#t===void 0&&this.base===void 0&&ca(this.server,e.slug).then(e=>{this.#t=e,this.requestUpdate()},()=>void 0)}#O(e){this.noted(e);let{form:t}=this.#f,n=t&&this.#c.refuse(t,e);n&&this.#N(n)}#k(e,t){let{t:n}=this,{row:r,state:i}=this.#f,a={t:n,form:e,locale:this.language(),base:this.#j(),freeSlug:this.#c.freeSlug(e),error:t=>{let r=this.#c.at(e,t);return r&&n(r)},change:e=>this.#w(e),leave:e=>{this.#c.left(e),this.requestUpdate()},ownHours:e=>void this.#T(e),say:e=>this.#M(e),focus:e=>this.#N(e)},o=[...Wr(e).keys()].filter(t=>this.#c.at(e,t)),s=i.is===`refused`&&(i.refusal.kind===`duplicate`?n(`slug_taken`):void 0);return Wi({editor:a,title:r?.title||n(`link_new_title`),notices:i.is===`gone`?y`<p class="notice error" role="alert">${n(`gone`)}</p>`:S,preview:this.#d.render(n,t,this.who,e,r!==void 0&&!this.#f.dirty,e=>$t(n,e)),bar:mn(n,this.#f,{hindered:o.length?n(`check_fields`,{count:o.length}):void 0,refused:s||void 0,differences:r=>$r(n,t,e,r),save:()=>this.#E(),discard:()=>this.#A()}),back:()=>void this.#C(),save:()=>this.#E()})}#A(){let e=!this.#f.row;this.#f.discard(),this.#c=new Jr(this.#e.map(({slug:e})=>e)),e&&this.#d.stop(),this.#N(`heading`)}#j(){return this.#m(``)?.replace(/^https?:\/\//,``)}#M(e){this.#o=e,this.requestUpdate()}#N(e){this.#s=e,this.requestUpdate()}};customElements.define(`scheduling-links`,fa);var pa=[`upcoming`,`past`,`cancelled`],ma=`id,booking_link_id,title,starts_at,ends_at,timezone,status,location,conferencing,meeting_url,notes,answers,guests,guest_name,guest_email,guest_phone,cancelled_at,cancel_reason,cancelled_by,created_at,updated_at,link:booking_links(title,slug,questions)`;function ha(e){return`${ma},person:${O(e).guests}(name,email,phone)`}async function ga(e,t,n,r={}){let{meetings:i,column:a}=O(t),o=n===`upcoming`,s=e.tables.from(i).select(ha(t)).eq(a,t.owner_id);r.on&&(s=s.lt(`starts_at`,r.on.until).gt(`ends_at`,r.on.from)),s=n===`cancelled`?s.eq(`status`,`cancelled`):n===`past`?s.or(`and(status.neq.cancelled,ends_at.lte.now),status.in.(completed,no_show)`):s.eq(`status`,`confirmed`).gt(`ends_at`,`now`),r.after&&(s=s.or(_a(r.after,o)));let c=s.order(`starts_at`,{ascending:o}).order(`id`,{ascending:o}).limit(51);r.signal&&(c=c.abortSignal(r.signal));let l=await D(c);return{rows:l.slice(0,50),more:l.length>50}}function _a(e,t){let n=t?`gt`:`lt`,r=`"${e.starts_at}"`;return`starts_at.${n}.${r},and(starts_at.eq.${r},id.${n}.${e.id})`}function va(e){let t=e.person;return{name:e.guest_name??t?.name??e.guest_email??t?.email??``,email:e.guest_email??t?.email??``,phone:e.guest_phone??t?.phone??``}}function ya(e){let t=new Map(Object.entries(e.answers)),n=(e.link?.questions??[]).filter(e=>t.has(e.id)),r=n.map(e=>({label:e.label??e.id,value:ba(t.get(e.id))}));n.forEach(e=>t.delete(e.id));let i=[...t].map(([e,t])=>({label:e,value:ba(t)}));return[...r,...i].filter(({value:e})=>e!==``)}function ba(e){return e==null?``:typeof e==`boolean`||typeof e==`string`?e:Array.isArray(e)?e.map(e=>typeof e==`string`?e:JSON.stringify(e)):typeof e==`number`?String(e):JSON.stringify(e)}function xa(e,t){return Date.parse(e.starts_at)<=t}function Sa(e){if(e)try{let t=new URL(e);return t.protocol===`https:`||t.protocol===`http:`?t.href:void 0}catch{return}}function Ca(e){return y`${e.notice}
    <dl class="facts-list">${wa(e)}</dl>
    ${e.act??Da(e)}`}function wa(e){let{t,labels:n,meeting:r,zone:i}=e,a=va(r),o=Sa(r.meeting_url),s=r.location??``,c=Sa(s),[l,u]=[A(r.starts_at),A(r.ends_at)];return[W(t(`meeting_guest`),y`<bdi>${a.name}</bdi>
        ${a.email?y`<br /><a href="mailto:${encodeURIComponent(a.email)}"><bdi>${a.email}</bdi></a>`:S}
        ${a.phone?y`<br /><a href="tel:${a.phone.replace(/[^+\d]/g,``)}"><bdi dir="ltr">${a.phone}</bdi></a>`:S}`),r.timezone!==i&&W(t(`meeting_guest_time`),Ta(n.locale,r,l,u)),o?W(t(`conferencing_label`),y`<a class="button small print-as-text" href=${o} target="_blank" rel="noopener noreferrer nofollow" aria-label=${t(`meeting_join_named`,{title:r.title})}>${H.video}${t(`meeting_join`)}</a>`):r.meeting_url?W(t(`conferencing_label`),y`<bdi>${r.meeting_url}</bdi>`):r.conferencing!==`none`&&r.status===`confirmed`&&W(t(`conferencing_label`),y`${t(`conferencing_${r.conferencing}`)}<br /><span class="muted">${t(`meeting_no_url_yet`)}</span>`),s&&W(t(`meeting_place`),c?y`<a href=${c} target="_blank" rel="noopener noreferrer nofollow"><bdi>${s}</bdi></a>`:y`<bdi>${s}</bdi>`),r.guests.length>0&&W(t(`meeting_guests`),y`<ul>${r.guests.map(e=>y`<li><bdi>${e}</bdi></li>`)}</ul>`),...ya(r).map(e=>W(y`<bdi>${e.label}</bdi>`,Ea(t,n,e))),r.notes&&W(t(`meeting_notes`),y`<div class="typed"><bdi>${r.notes}</bdi></div>`),W(t(`meeting_booked_by`),y`<bdi>${r.link?.title??t(`meeting_link_gone`)}</bdi>`),W(t(`meeting_booked_at`),n.dateTime(A(r.created_at))),r.status===`cancelled`&&r.cancelled_at&&W(t(`meeting_status_cancelled`),y`${t(r.cancelled_by===`guest`?`meeting_cancelled_by_guest`:`meeting_cancelled_by_owner`,{when:n.dateTime(A(r.cancelled_at))})}`),r.status===`cancelled`&&r.cancel_reason&&W(t(`meeting_reason`),y`<div class="typed"><bdi>${r.cancel_reason}</bdi></div>`)].filter(e=>e!==!1&&e!==null&&e!==``)}function W(e,t){return y`<div><dt>${e}</dt><dd>${t}</dd></div>`}function Ta(e,t,n,r){try{let i=new E(e,t.timezone);return y`${i.dateTime(n)} – ${i.time(r)}<br /><span class="muted"><bdi>${t.timezone.replaceAll(`_`,` `)}</bdi></span>`}catch{return y`<bdi>${t.timezone}</bdi>`}}function Ea(e,t,{value:n}){if(typeof n==`boolean`)return y`${e(n?`yes`:`no`)}`;if(Array.isArray(n))return y`<bdi>${t.list(n)}</bdi>`;let r=Sa(n);return r?y`<a href=${r} target="_blank" rel="noopener noreferrer nofollow"><bdi>${n}</bdi></a>`:y`<div class="typed"><bdi>${n}</bdi></div>`}function Da(e){let{t,meeting:n,busy:r}=e,i={title:n.title,guest:va(n).name};if(n.status===`cancelled`)return S;if(n.status===`confirmed`&&!xa(n,e.now))return y`<div class="row acts">
      <button type="button" class="small" id="move-${n.id}" aria-label=${t(`meeting_move_named`,i)} @click=${e.move}>${H.calendar}${t(`meeting_move`)}</button>
      <button type="button" class="small danger" id="cancel-${n.id}" aria-label=${t(`meeting_cancel_named`,i)} @click=${e.cancel}>${t(`meeting_cancel`)}</button>
    </div>`;let a=(t,i)=>{let a=n.status===t;return y`<button
      type="button"
      class="small choice-button"
      aria-pressed=${a?`true`:`false`}
      aria-disabled=${r?`true`:S}
      @click=${()=>r||e.mark(a?`confirmed`:t)}
    >${i}</button>`};return y`<div class="row acts" role="group" aria-label=${t(`meeting_mark`)}>
    <span class="muted">${t(`meeting_mark`)}</span>
    ${a(`completed`,t(`meeting_completed`))} ${a(`no_show`,t(`meeting_no_show`))}
    ${n.status===`confirmed`&&A(n.ends_at)>e.now?y`<button type="button" class="small danger push" id="cancel-${n.id}" aria-label=${t(`meeting_cancel_named`,i)} @click=${e.cancel}>${t(`meeting_cancel`)}</button>`:S}
  </div>`}function Oa(e){let t=new Map;for(let n of e.meetings){let r=M(A(n.starts_at),e.zone);t.set(r,[...t.get(r)??[],n])}return y`<div class="days">
    ${Vi(t,([e])=>e,([t,n])=>y`<section aria-labelledby="day-${t}">
        <h3 id="day-${t}" class="day-heading">${e.labels.day(t)}${ka(e,t)}</h3>
        <ul class="meetings">
          ${Vi(n,e=>e.id,t=>Aa(e,t))}
        </ul>
      </section>`)}
  </div>`}function ka(e,t){let n=Math.round((Date.parse(t)-Date.parse(M(e.now,e.zone)))/864e5);return Math.abs(n)>1?S:y` <span class="muted near">${new Intl.RelativeTimeFormat(e.labels.locale,{numeric:`auto`}).format(n,`day`)}</span>`}function Aa(e,t){let{t:n,labels:r}=e,[i,a]=[A(t.starts_at),A(t.ends_at)],o=va(t),s=e.open===t.id,c=t.status===`confirmed`&&i<=e.now&&e.now<a,l=`${r.day(M(i,e.zone))}, ${r.range(i,a)}`;return y`<li class="meeting ${t.status} ${s?`open`:``}" id="meeting-${t.id}">
    <button
      type="button"
      class="line"
      id="open-${t.id}"
      aria-expanded=${s?`true`:`false`}
      aria-controls="details-${t.id}"
      aria-label=${n(`meeting_open`,{title:t.title,guest:o.name,when:l})}
      @click=${()=>e.toggle(t)}
    >
      <span class="time">${r.range(i,a)}</span>
      <span class="who">
        <strong><bdi>${o.name}</bdi></strong>
        <span class="muted"><bdi>${t.title}</bdi></span>
      </span>
      <span class="marks">
        ${c?y`<span class="mark now">${n(`meeting_now`)}</span>`:S}
        ${t.status!==`confirmed`&&t.status!==`cancelled`&&Ma(t.status)?y`<span class="mark">${n(`meeting_status_${t.status}`)}</span>`:S}
        ${t.conferencing===`none`?t.location?H.place:S:H.video}
        <span class="arrow" aria-hidden="true"></span>
      </span>
    </button>
    <div class="details" id="details-${t.id}" ?hidden=${!s}>${s?e.details(t):S}</div>
  </li>`}var ja=[`confirmed`,`cancelled`,`completed`,`no_show`];function Ma(e){return ja.includes(e)}var Na=class{#e;#t=new Set;constructor(e){this.#e=e}get current(){return this.#e}set current(e){this.#e!=e&&(this.#e=e,this.#t.forEach(t=>t(e)))}on(e){return this.#t.add(e),()=>this.#t.delete(e)}},Pa=e=>new Na(e),Fa=Symbol.for(`atomico.hooks`);globalThis[Fa]=globalThis[Fa]||{};var Ia=globalThis[Fa],La=Symbol.for(`Atomico.suspense`),Ra=Symbol.for(`Atomico.effect`),za=Symbol.for(`Atomico.layoutEffect`),Ba=Symbol.for(`Atomico.insertionEffect`),Va=(e,t,n)=>{let{i:r,hooks:i}=Ia.c,a=i[r]=i[r]||{};return a.value=e(a.value),a.effect=t,a.tag=n,Ia.c.i++,i[r].value},Ha=e=>Va((t=Pa(e))=>t),Ua=()=>Va((e=Pa(Ia.c.host))=>e),Wa=()=>Ia.c.update,Ga=(e,t,n=0)=>{let r={},i=!1,a=()=>i,o=(e,t)=>{for(let n in r){let i=r[n];i.effect&&i.tag===e&&(i.value=i.effect(i.value,t))}};return{load:a=>{Ia.c={host:t,hooks:r,update:e,i:0,id:n};let o;try{i=!1,o=a()}catch(e){if(e!==La)throw e;i=!0}finally{Ia.c=null}return o},cleanEffects:e=>(o(Ba,e),()=>(o(za,e),()=>{o(Ra,e)})),isSuspense:a}},Ka=Symbol.for;function qa(e,t){let n=e.length;if(n!==t.length)return!1;for(let r=0;r<n;r++)if(e[r]!==t[r])return!1;return!0}var G=e=>typeof e==`function`,Ja=e=>typeof e==`object`,{isArray:Ya}=Array,Xa=(e,t)=>(!t||e instanceof HTMLStyleElement)&&`hydrate`in(e?.dataset||{});function Za(e,t){let n,r=e=>{let{length:i}=e;for(let a=0;a<i;a++){let i=e[a];if(i&&Array.isArray(i))r(i);else{let e=typeof i;if(i==null||e===`function`||e===`boolean`)continue;e===`string`||e===`number`?(n??=``,n+=i):(n!=null&&(t(n),n=null),t(i))}}};r(e),n!=null&&t(n)}var Qa=(e,t,n)=>(e.addEventListener(t,n),()=>e.removeEventListener(t,n)),$a=class{constructor(e,t,n){this.message=t,this.target=e,this.value=n}},eo=class extends $a{},to=class extends $a{},no=`Custom`,ro=null,io={true:1,"":1,1:1};function ao(e,t,n,r,i){let{type:a,reflect:o,event:s,value:c,attr:l=so(t)}=n?.name!=no&&Ja(n)&&n!=ro?n:{type:n},u=a?.name===no&&a.map,d=c==null?null:a==Function||!G(c)?()=>c:c;Object.defineProperty(e,t,{configurable:!0,set(e){let n=this[t];d&&a!=Boolean&&e==null&&(e=d());let{error:r,value:i}=(u?uo:fo)(a,e);if(r&&i!=null)throw new eo(this,`The value defined for prop '${t}' must be of type '${a.name}'`,i);n!=i&&(this._props[t]=i??void 0,this.update(),s&&oo(this,s),this.updated.then(()=>{o&&(this._ignoreAttr=l,co(this,a,l,this[t]),this._ignoreAttr=null)}))},get(){return this._props[t]}}),d&&(i[t]=d()),r[l]={prop:t,type:a}}var oo=(e,{type:t,base:n=CustomEvent,...r})=>e.dispatchEvent(new n(t,r)),so=e=>e.replace(/([A-Z])/g,`-$1`).toLowerCase(),co=(e,t,n,r)=>r==null||t==Boolean&&!r?e.removeAttribute(n):e.setAttribute(n,t?.name===no&&t?.serialize?t?.serialize(r):Ja(r)?JSON.stringify(r):t==Boolean?``:r),lo=(e,t)=>e==Boolean?!!io[t]:e==Number?Number(t):e==String?t:e==Array||e==Object?JSON.parse(t):e.name==no?t:new e(t),uo=({map:e},t)=>{try{return{value:e(t),error:!1}}catch{return{value:t,error:!0}}},fo=(e,t)=>e==null||t==null?{value:t,error:!1}:e!=String&&t===``?{value:void 0,error:!1}:e==Object||e==Array||e==Symbol?{value:t,error:{}.toString.call(t)!==`[object ${e.name}]`}:t instanceof e?{value:t,error:e==Number&&Number.isNaN(t.valueOf())}:e==String||e==Number||e==Boolean?{value:t,error:e==Number?typeof t!=`number`||Number.isNaN(t):e==String?typeof t!=`string`:typeof t!=`boolean`}:{value:t,error:!0},po=0,mo=e=>(e?.dataset||{})?.hydrate||`c`+po++,ho=(e,t=HTMLElement)=>{let n={},r={},i=`prototype`in t&&t.prototype instanceof Element,a=i?t:`base`in t?t.base:HTMLElement,{props:o,styles:s}=i?e:t;class c extends a{constructor(){super(),this._setup(),this._render=()=>e({...this._props});for(let e in r)this[e]=r[e]}static get styles(){return[super.styles,s]}async _setup(){if(this._props)return;this._props={};let e,t;this.mounted=new Promise(n=>this.mount=()=>{n(),e!=this.parentNode&&(t==e?this.update():this.unmounted.then(this.update)),e=this.parentNode}),this.unmounted=new Promise(r=>this.unmount=()=>{r(),e==this.parentNode&&this.isConnected||(n.cleanEffects(!0)()(),t=this.parentNode,e=null)}),this.symbolId=this.symbolId||Symbol(),this.symbolIdParent=Symbol();let n=Ga(()=>this.update(),this,mo(this)),r,i=!0,a=Xa(this);this.update=()=>(r||(r=!0,this.updated=(this.updated||this.mounted).then(()=>{try{let e=n.load(this._render),t=n.cleanEffects();return e&&e.render(this,this.symbolId,a),r=!1,i&&!n.isSuspense()&&(i=!1,!a&&go(this)),t()}finally{r=!1}}).then(e=>{e&&e()})),this.updated),this.update()}connectedCallback(){this.mount(),super.connectedCallback&&super.connectedCallback()}disconnectedCallback(){super.disconnectedCallback&&super.disconnectedCallback(),this.unmount()}attributeChangedCallback(e,t,r){if(n[e]){if(e===this._ignoreAttr||t===r)return;let{prop:i,type:a}=n[e];try{this[i]=lo(a,r)}catch{throw new to(this,`The value defined as attr '${e}' cannot be parsed by type '${a.name}'`,r)}}else super.attributeChangedCallback(e,t,r)}static get props(){return{...super.props,...o}}static get observedAttributes(){let e=super.observedAttributes||[];for(let e in o)ao(this.prototype,e,o[e],n,r);return Object.keys(n).concat(e)}}return c};function go(e){let{styles:t}=e.constructor,{shadowRoot:n}=e;if(n&&t.length){let e=[];Za(t,t=>{t&&(t instanceof Element?n.appendChild(t.cloneNode(!0)):e.push(t))}),e.length&&(n.adoptedStyleSheets=e)}}var _o=e=>(t,n)=>{Va(([e,t]=[])=>((t||!t)&&(t&&qa(t,n)?e||=!0:(G(e)&&e(),e=null)),[e,n]),([e,n],r)=>r?(G(e)&&e(),[]):[e||t(),n],e)},vo=_o(Ra),yo=_o(Ba),bo=class extends Array{constructor(e,t){let n=!0,r=e=>{try{t(e,this,n)}finally{n=!1}};super(void 0,r,t),r(e)}},xo=e=>{let t=Wa();return Va((n=new bo(e,(e,n,r)=>{e=G(e)?e(n[0]):e,e!==n[0]&&(n[0]=e,r||t())}))=>n)},K=(e,t)=>{let[n]=Va(([n,r,i=0]=[])=>((!r||r&&!qa(r,t))&&(n=e()),[n,t,i]));return n},So=e=>{let{current:t}=Ua();if(!(e in t))throw new eo(t,`For useProp("${e}"), the prop does not exist on the host.`,e);return Va((n=new bo(t[e],(n,r)=>{n=G(n)?n(t[e]):n,t[e]=n}))=>(n[0]=t[e],n))},q=(e,t={})=>{let n=Ua();return n[e]||(n[e]=(r=t.detail)=>oo(n.current,{type:e,...t,detail:r})),n[e]},Co=Ka(`atomico/options`);globalThis[Co]=globalThis[Co]||{sheet:!!document.adoptedStyleSheets};var wo=globalThis[Co],To=new Promise(e=>{wo.ssr||(document.readyState===`loading`?Qa(document,`DOMContentLoaded`,e):e())}),Eo={checked:1,value:1,selected:1},Do={list:1,type:1,size:1,form:1,width:1,height:1,src:1,href:1,slot:1},Oo={shadowDom:1,staticNode:1,cloneNode:1,children:1,key:1},ko={},Ao=[],jo=class extends Text{},Mo=Ka(`atomico/id`),No=Ka(`atomico/type`),Po=Ka(`atomico/ref`),Fo=Ka(`atomico/vnode`),Io=()=>{};function Lo(e,t,n){return zo(this,e,t,n)}var Ro=(e,t,...n)=>{let r=t||ko,{children:i}=r;if(i??=n.length?n:Ao,e===Io)return i;let a=e?e instanceof Node?1:e.prototype instanceof HTMLElement&&2:0;if(a===!1&&e instanceof Function)return e(i==Ao?r:{children:i,...r});let o=wo.render||Lo;return{[No]:Fo,type:e,props:r,children:i,key:r.key,shadow:r.shadowDom,static:r.staticNode,raw:a,is:r.is,clone:r.cloneNode,render:o}};function zo(e,t,n=Mo,r,i){let a;if(t&&t[n]&&t[n].vnode==e||e[No]!=Fo)return t;(e||!t)&&(i||=e.type==`svg`,a=e.type!=`host`&&(e.raw==1?(t&&e.clone?t[Po]:t)!=e.type:e.raw==2?!(t instanceof e.type):t?t[Po]||t.localName!=e.type:!t),a&&e.type!=null&&(e.raw==1&&e.clone?(r=!0,t=e.type.cloneNode(!0),t[Po]=e.type):t=e.raw==1?e.type:e.raw==2?new e.type:i?document.createElementNS(`http://www.w3.org/2000/svg`,e.type):document.createElement(e.type,e.is?{is:e.is}:void 0)));let o=t[n]?t[n]:ko,{vnode:s=ko,cycle:c=0}=o,{fragment:l,handlers:u}=o,{children:d=Ao,props:f=ko}=s;if(u=a?{}:u||{},e.static&&!a)return t;if(e.shadow&&!t.shadowRoot&&t.attachShadow({mode:`open`,...e.shadow}),e.props!=f&&Ho(t,f,e.props,u,i),e.children!==d){let a=e.shadow?t.shadowRoot:t;l=Vo(e.children,l,a,n,!c&&r,i&&e.type==`foreignObject`?!1:i)}return t[n]={vnode:e,handlers:u,fragment:l,cycle:c+1},t}function Bo(e,t){let n=new jo(``),r=new jo(``),i;if(e[t?`prepend`:`append`](n),t){let{lastElementChild:t}=e;for(;t;){let{previousElementSibling:e}=t;if(Xa(t,!0)&&!Xa(e,!0)){i=t;break}t=e}}return i?i.before(r):e.append(r),{markStart:n,markEnd:r}}function Vo(e,t,n,r,i,a){e=e==null?null:Ya(e)?e:[e];let o=t||Bo(n,i),{markStart:s,markEnd:c,keyes:l}=o,u,d=l&&new Set,f=s;if(e&&Za(e,e=>{if(typeof e==`object`&&!e[No])return;let t=e[No]&&e.key,o=l&&t!=null&&l.get(t);f!=c&&f===o?d.delete(f):f=f==c?c:f.nextSibling;let s=l?o:f,p=s;if(e[No])p=zo(e,s,r,i,a);else{let t=e+``;!(p instanceof Text)||p instanceof jo?p=new Text(t):p.data!=t&&(p.data=t)}p!=f&&(l&&d.delete(p),!s||l?(n.insertBefore(p,f),l&&f!=c&&d.add(f)):s==c?n.insertBefore(p,c):(n.replaceChild(p,s),f=p)),t!=null&&(u||=new Map,u.set(t,p))}),f=f==c?c:f.nextSibling,t&&f!=c)for(;f!=c;){let e=f;f=f.nextSibling,e.remove()}return d&&d.forEach(e=>e.remove()),o.keyes=u,o}function Ho(e,t,n,r,i){for(let a in t)!(a in n)&&Uo(e,a,t[a],null,i,r);for(let a in n)Uo(e,a,t[a],n[a],i,r)}function Uo(e,t,n,r,i,a){if(t=t==`class`&&!i?`className`:t,n??=null,r??=null,t in e&&Eo[t]&&(n=e[t]),!(r===n||Oo[t]||t[0]==`_`)){if(e.localName===`slot`&&t===`assignNode`&&`assign`in e)e.assign(r);else if(t[0]==`o`&&t[1]==`n`&&(G(r)||G(n)))Wo(e,t.slice(2),r,a);else if(t==`ref`)r&&(G(r)?r(e):r.current=e);else if(t==`style`){let{style:t}=e;n||=``,r||=``;let i=Ja(n),a=Ja(r);if(i)for(let e in n)if(a)!(e in r)&&Go(t,e,null);else break;if(a)for(let e in r){let a=r[e];i&&n[e]===a||Go(t,e,a)}else t.cssText=r}else{let a=t[0]==`$`?t.slice(1):t;a===t&&(!i&&!Do[t]&&t in e||G(r)||G(n))?e[t]=r??``:r==null?e.removeAttribute(a):e.setAttribute(a,Ja(r)?JSON.stringify(r):r)}}}function Wo(e,t,n,r){if(r.handleEvent||=t=>r[t.type].call(e,t),n){if(!r[t]){let i=n.capture||n.once||n.passive?Object.assign({},n):null;e.addEventListener(t,r,i)}r[t]=n}else r[t]&&(e.removeEventListener(t,r),delete r[t])}function Go(e,t,n){let r=`setProperty`;n??=(r=`removeProperty`,null),~t.indexOf(`-`)?e[r](t,n):e[t]=n}var Ko=Ro(`host`,{style:`display: contents`}),qo=`value`,Jo=(e,t)=>{let n=Ua(),r=Ha();yo(()=>Qa(n.current,`ConnectContext`,t=>{t.composedPath().at(0)!==t.currentTarget&&e===t.detail.id&&(t.stopPropagation(),t.detail.connect(r))}),[e]),r.current=t},Yo=e=>{let t=q(`ConnectContext`,{bubbles:!0,composed:!0}),[n,r]=xo(()=>{if(wo.ssr)return;let n;return t({id:e,connect(e){n=e}}),n}),i=Wa();return vo(()=>{To.then(()=>t({id:e,connect:r}))},[e]),vo(()=>{if(n)return n.on(i)},[n]),n?.current||e[qo]},Xo=e=>{let t=ho(({value:e})=>(Jo(t,e),Ko),{props:{value:{type:Object,value:()=>e}}});return t[qo]=e,t};Xo({dispatch(e,t){}});var Zo={};function Qo(e,...t){let n=(e.raw||e).reduce((e,n,r)=>e+n+(t[r]||``),``);return Zo[n]=Zo[n]||$o(n)}function $o(e){if(wo.sheet){let t=new CSSStyleSheet;return t.replaceSync(e),t}{let t=document.createElement(`style`);return t.textContent=e,t}}var J=(e,t,n)=>(t==null?t={key:n}:t.key=n,Ro(e,t)),Y=J,es=Qo`*,*:before,*:after{box-sizing:border-box}button{padding:0;touch-action:manipulation;cursor:pointer;user-select:none}`,ts=Qo`.vh{position:absolute;transform:scale(0)}`;function ns(){let e=new Date;return new Z(e.getFullYear(),e.getMonth()+1,e.getDate())}var rs=864e5;function is(e){let t=X(e);t.setUTCDate(t.getUTCDate()+3-(t.getUTCDay()+6)%7);let n=new Date(Date.UTC(t.getUTCFullYear(),0,4));return 1+Math.round(((t.getTime()-n.getTime())/rs-3+(n.getUTCDay()+6)%7)/7)}function as(e,t=0){let n=X(e),r=n.getUTCDay(),i=(r<t?7:0)+r-t;return n.setUTCDate(n.getUTCDate()-i),Z.from(n)}function os(e,t=0){return as(e,t).add({days:6})}function ss(e){return Z.from(new Date(Date.UTC(e.year,e.month,0)))}function cs(e,t,n){return t&&Z.compare(e,t)<0?t:n&&Z.compare(e,n)>0?n:e}var ls={days:1};function us(e,t=0){let n=as(e.toPlainDate(),t),r=os(ss(e),t),i=[];for(;Z.compare(n,r)<0;){let e=[];for(let t=0;t<7;t++)e.push(n),n=n.add(ls);i.push(e)}return i}function X(e){return new Date(Date.UTC(e.year,e.month-1,e.day??1))}var ds=/^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[0-1])$/,fs=(e,t)=>e.toString().padStart(t,`0`),Z=class e{constructor(e,t,n){this.year=e,this.month=t,this.day=n}add(t){let n=X(this);if(`days`in t)return n.setUTCDate(this.day+t.days),e.from(n);let{year:r,month:i}=this;`months`in t?(i=this.month+t.months,n.setUTCMonth(i-1)):(r=this.year+t.years,n.setUTCFullYear(r));let a=e.from(X({year:r,month:i,day:1}));return cs(e.from(n),a,ss(a))}toString(){return`${fs(this.year,4)}-${fs(this.month,2)}-${fs(this.day,2)}`}toPlainYearMonth(){return new ps(this.year,this.month)}equals(t){return e.compare(this,t)===0}static compare(e,t){return e.year<t.year?-1:e.year>t.year?1:e.month<t.month?-1:e.month>t.month?1:e.day<t.day?-1:+(e.day>t.day)}static from(t){if(typeof t==`string`){let n=t.match(ds);if(!n)throw TypeError(t);let[,r,i,a]=n;return new e(parseInt(r,10),parseInt(i,10),parseInt(a,10))}return new e(t.getUTCFullYear(),t.getUTCMonth()+1,t.getUTCDate())}},ps=class e{constructor(e,t){this.year=e,this.month=t}add(t){let n=X(this),r=(t.months??0)+(t.years??0)*12;return n.setUTCMonth(n.getUTCMonth()+r),new e(n.getUTCFullYear(),n.getUTCMonth()+1)}equals(e){return this.year===e.year&&this.month===e.month}toPlainDate(){return new Z(this.year,this.month,1)}static compare(e,t){return e.year<t.year?-1:e.year>t.year?1:e.month<t.month?-1:+(e.month>t.month)}};function ms(e,t){if(t)try{return e.from(t)}catch{}}function Q(e){let[t,n]=So(e);return[K(()=>ms(Z,t),[t]),e=>n(e?.toString())]}function hs(e){let[t=``,n]=So(e);return[K(()=>{let[e,n]=t.split(`/`),r=ms(Z,e),i=ms(Z,n);return r&&i?[r,i]:[]},[t]),e=>n(`${e[0]}/${e[1]}`)]}function gs(e){let[t=``,n]=So(e);return[K(()=>{let e=[];for(let n of t.trim().split(/\s+/)){let t=ms(Z,n);t&&e.push(t)}return e},[t]),e=>n(e.join(` `))]}function _s(e,t){return K(()=>new Intl.DateTimeFormat(t,{timeZone:`UTC`,...e}),[t,e])}function vs(e,t,n){let r=_s(e,n);return K(()=>{let e=[],n=new Date;for(var i=0;i<7;i++){let i=(n.getUTCDay()-t+7)%7;e[i]=r.format(n),n.setUTCDate(n.getUTCDate()+1)}return e},[t,r])}var ys=(e,t,n)=>cs(e,t,n)===e,bs=e=>e.target.matches(`:dir(ltr)`),xs={month:`long`,day:`numeric`},Ss={month:`long`},Cs={weekday:`long`},ws={bubbles:!0};function Ts({props:e,context:t}){let{offset:n}=e,{firstDayOfWeek:r,isDateDisallowed:i,min:a,max:o,today:s,page:c,locale:l,focusedDate:u,formatWeekday:d}=t,f=s??ns(),p=vs(Cs,r,l),m=vs(K(()=>({weekday:d}),[d]),r,l),ee=_s(xs,l),h=_s(Ss,l),te=K(()=>c.start.add({months:n}),[c,n]),ne=K(()=>us(te,r),[te,r]),re=q(`focusday`,ws),ie=q(`selectday`,ws),ae=q(`hoverday`,ws);function oe(e){re(cs(e,a,o))}function se(e){let t;switch(e.key){case`ArrowRight`:t=u.add({days:bs(e)?1:-1});break;case`ArrowLeft`:t=u.add({days:bs(e)?-1:1});break;case`ArrowDown`:t=u.add({days:7});break;case`ArrowUp`:t=u.add({days:-7});break;case`PageUp`:t=u.add(e.shiftKey?{years:-1}:{months:-1});break;case`PageDown`:t=u.add(e.shiftKey?{years:1}:{months:1});break;case`Home`:t=as(u,r);break;case`End`:t=os(u,r);break;default:return}oe(t),e.preventDefault()}function g(e){let n=te.equals(e);if(!t.showOutsideDays&&!n)return;let r=e.equals(u),s=e.equals(f),c=X(e),l=i?.(c),d=!ys(e,a,o),p=``,m;if(t.type===`range`){let[n,r]=t.value,i=n?.equals(e),a=r?.equals(e);m=n&&r&&ys(e,n,r),p=`${i?`range-start`:``} ${a?`range-end`:``} ${m&&!i&&!a?`range-inner`:``}`}else m=t.type===`multi`?t.value.some(t=>t.equals(e)):t.value?.equals(e);return{part:`${`button day day-${c.getUTCDay()} ${n?m?`selected`:``:`outside`} ${l?`disallowed`:``} ${s?`today`:``} ${t.getDayParts?.(c)??``}`} ${p}`,tabindex:n&&r?0:-1,disabled:d,"aria-disabled":l?`true`:void 0,"aria-pressed":n&&m,"aria-current":s?`date`:void 0,"aria-label":ee.format(c),onkeydown:se,onclick(){l||ie(e),oe(e)},onmouseover(){!l&&!d&&ae(e)}}}return{weeks:ne,yearMonth:te,daysLong:p,daysVisible:m,formatter:h,getDayProps:g}}var Es=ns(),Ds=Xo({type:`date`,firstDayOfWeek:1,focusedDate:Es,page:{start:Es.toPlainYearMonth(),end:Es.toPlainYearMonth()}});customElements.define(`calendar-ctx`,Ds);var Os=(e,t)=>(t+e)%7,ks=ho(e=>{let t=Yo(Ds),n=Ha(),r=Ts({props:e,context:t});function i(){n.current.querySelector(`button[tabindex='0']`)?.focus()}return Y(`host`,{shadowDom:!0,focus:i,children:[J(`div`,{id:`h`,part:`heading`,children:r.formatter.format(X(r.yearMonth))}),Y(`table`,{ref:n,"aria-labelledby":`h`,part:`table`,children:[Y(`colgroup`,{children:[t.showWeekNumbers&&J(`col`,{part:`col-weeknumber`}),J(`col`,{part:`col-1`}),J(`col`,{part:`col-2`}),J(`col`,{part:`col-3`}),J(`col`,{part:`col-4`}),J(`col`,{part:`col-5`}),J(`col`,{part:`col-6`}),J(`col`,{part:`col-7`})]}),J(`thead`,{children:Y(`tr`,{part:`tr head`,children:[t.showWeekNumbers&&J(`th`,{part:`th weeknumber`,children:Y(`slot`,{name:`weeknumber`,children:[J(`span`,{class:`vh`,children:`Week`}),J(`span`,{"aria-hidden":`true`,children:`#`})]})}),r.daysLong.map((e,n)=>Y(`th`,{part:`th day day-${Os(t.firstDayOfWeek,n)}`,scope:`col`,children:[J(`span`,{class:`vh`,children:e}),J(`span`,{"aria-hidden":`true`,children:r.daysVisible[n]})]}))]})}),J(`tbody`,{children:r.weeks.map((e,n)=>Y(`tr`,{part:`tr week`,children:[t.showWeekNumbers&&J(`th`,{class:`num`,part:`th weeknumber`,scope:`row`,children:is(e[0])}),e.map((e,t)=>{let n=r.getDayProps(e);return J(`td`,{part:`td`,children:n&&J(`button`,{class:`num`,...n,children:e.day})},t)})]},n))})]})]})},{props:{offset:{type:Number,value:0}},styles:[es,ts,Qo`:host{--color-accent: black;--color-text-on-accent: white;display:flex;flex-direction:column;gap:.25rem;text-align:center;inline-size:fit-content}table{border-collapse:collapse;font-size:.875rem}th{inline-size:2.25rem;block-size:2.25rem}td{padding-inline:0}.num{font-variant-numeric:tabular-nums}button{color:inherit;font-size:inherit;background:transparent;border:0;block-size:2.25rem;inline-size:2.25rem}button:hover:where(:not(:disabled,[aria-disabled])){background:#0000000d}button:is([aria-pressed=true],:focus-visible){background:var(--color-accent);color:var(--color-text-on-accent)}button:focus-visible{outline:1px solid var(--color-text-on-accent);outline-offset:-2px}button:disabled,:host::part(outside),:host::part(disallowed){cursor:default;opacity:.5}`]});customElements.define(`calendar-month`,ks);function As(e){return J(`button`,{part:`button ${e.name} ${e.onclick?``:`disabled`}`,onclick:e.onclick,"aria-disabled":e.onclick?null:`true`,children:J(`slot`,{name:e.name,children:e.children})})}function js(e){let t=X(e.page.start),n=X(e.page.end);return J(Ds,{value:e,onselectday:e.onSelect,onfocusday:e.onFocus,onhoverday:e.onHover,children:Y(`div`,{role:`group`,"aria-labelledby":`h`,part:`container`,children:[J(`div`,{id:`h`,class:`vh`,"aria-live":`polite`,"aria-atomic":`true`,children:e.formatVerbose.formatRange(t,n)}),Y(`div`,{part:`header`,children:[J(As,{name:`previous`,onclick:e.previous,children:`Previous`}),J(`slot`,{part:`heading`,name:`heading`,children:J(`div`,{"aria-hidden":`true`,children:e.format.formatRange(t,n)})}),J(As,{name:`next`,onclick:e.next,children:`Next`})]}),J(`slot`,{part:`months`})]})})}var Ms={value:{type:String,value:``},min:{type:String,value:``},max:{type:String,value:``},today:{type:String,value:``},isDateDisallowed:{type:Function,value:e=>!1},formatWeekday:{type:String,value:()=>`narrow`},getDayParts:{type:Function,value:e=>``},firstDayOfWeek:{type:Number,value:()=>1},showOutsideDays:{type:Boolean,value:!1},locale:{type:String,value:()=>{}},months:{type:Number,value:1},focusedDate:{type:String,value:()=>{}},pageBy:{type:String,value:()=>`months`},showWeekNumbers:{type:Boolean,value:!1}},Ns=[es,ts,Qo`:host{display:block;inline-size:fit-content}:host::part(container){display:flex;flex-direction:column;gap:1em}:host::part(header){display:flex;align-items:center;justify-content:space-between}:host::part(heading){font-weight:700;font-size:1.25em}:host::part(button){display:flex;align-items:center;justify-content:center}:host::part(button disabled){cursor:default;opacity:.5}`],Ps={year:`numeric`},Fs={year:`numeric`,month:`long`};function Is(e,t){return(t.year-e.year)*12+t.month-e.month}var Ls=(e,t)=>(e=t===12?new ps(e.year,1):e,{start:e,end:e.add({months:t-1})});function Rs({pageBy:e,focusedDate:t,months:n,max:r,min:i,goto:a}){let o=e===`single`?1:n,[s,c]=xo(()=>Ls(t.toPlainYearMonth(),n)),l=e=>c(Ls(s.start.add({months:e}),n)),u=e=>{let t=Is(s.start,e.toPlainYearMonth());return t>=0&&t<n};return vo(()=>{if(u(t))return;let e=Is(t.toPlainYearMonth(),s.start);a(t.add({months:e}))},[s.start]),vo(()=>{if(u(t))return;let e=Is(s.start,t.toPlainYearMonth());l(e===-1?-o:e===n?o:Math.floor(e/n)*n)},[t,o,n]),{page:s,previous:!i||!u(i)?()=>l(-o):void 0,next:!r||!u(r)?()=>l(o):void 0}}function zs({months:e,pageBy:t,locale:n,focusedDate:r,setFocusedDate:i}){let[a]=Q(`min`),[o]=Q(`max`),[s]=Q(`today`),c=q(`focusday`),l=q(`change`),u=K(()=>cs(r??s??ns(),a,o),[r,s,a,o]);function d(e){i(e),c(X(e))}let{next:f,previous:p,page:m}=Rs({pageBy:t,focusedDate:u,months:e,min:a,max:o,goto:d}),ee=Ua();function h(e){let t=e?.target??`day`;t===`day`?ee.current.querySelectorAll(`calendar-month`).forEach(t=>t.focus(e)):ee.current.shadowRoot.querySelector(`[part~='${t}']`).focus(e)}return{format:_s(Ps,n),formatVerbose:_s(Fs,n),page:m,focusedDate:u,dispatch:l,onFocus(e){e.stopPropagation(),d(e.detail),setTimeout(h)},min:a,max:o,today:s,next:f,previous:p,focus:h}}var Bs=ho(e=>{let[t,n]=Q(`value`),[r=t,i]=Q(`focusedDate`),a=zs({...e,focusedDate:r,setFocusedDate:i});function o(e){n(e.detail),a.dispatch()}return J(`host`,{shadowDom:!0,focus:a.focus,children:J(js,{...e,...a,type:`date`,value:t,onSelect:o})})},{props:Ms,styles:Ns});customElements.define(`calendar-date`,Bs);function Vs(e){return Y(Io,{children:[J(`label`,{part:`label`,for:`s`,children:J(`slot`,{name:`label`,children:e.label})}),J(`select`,{id:`s`,part:`select`,onchange:e.onChange,children:e.options.map(e=>J(`option`,{part:`option`,...e}))})]})}var Hs=[es,ts];function Us(e,t){return Array.from({length:e},(e,n)=>t(n))}function Ws(e){let{min:t,max:n,focusedDate:r}=Yo(Ds),i=q(`focusday`,{bubbles:!0}),a=r.toPlainYearMonth(),o=a.year,s=Math.floor(e.maxYears/2),c=o-s,l=o+(e.maxYears-s-1),u=Math.max(c,t?.year??-1/0),d=Us(Math.min(l,n?.year??1/0)-u+1,e=>{let t=u+e;return{label:`${t}`,value:`${t}`,selected:t===a.year}});function f(e){let t=parseInt(e.currentTarget.value)-a.year;i(r.add({years:t}))}return{options:d,onChange:f}}var Gs=ho(e=>J(`host`,{shadowDom:!0,children:J(Vs,{label:`Year`,...Ws(e)})}),{props:{maxYears:{type:Number,value:20}},styles:Hs});customElements.define(`calendar-select-year`,Gs);function Ks(e){let{min:t,max:n,focusedDate:r,locale:i}=Yo(Ds),a=q(`focusday`,{bubbles:!0}),o=_s(K(()=>({month:e.formatMonth}),[e.formatMonth]),i),s=K(()=>{let e=[],t=new Date;t.setUTCDate(1);for(var n=0;n<12;n++){let n=(t.getUTCMonth()+12)%12;e[n]=o.format(t),t.setUTCMonth(t.getUTCMonth()+1)}return e},[o]),c=r.toPlainYearMonth(),l=s.map((e,r)=>{let i=r+1,a=c.add({months:i-c.month}),o=t!=null&&ps.compare(a,t)<0||n!=null&&ps.compare(a,n)>0;return{label:e,value:`${i}`,disabled:o,selected:i===c.month}});function u(e){let t=parseInt(e.currentTarget.value)-c.month;a(r.add({months:t}))}return{options:l,onChange:u}}var qs=ho(e=>J(`host`,{shadowDom:!0,children:J(Vs,{label:`Month`,...Ks(e)})}),{props:{formatMonth:{type:String,value:()=>`long`}},styles:Hs});customElements.define(`calendar-select-month`,qs);var Js=(e,t)=>Z.compare(e,t)<0?[e,t]:[t,e],Ys=ho(e=>{let[t,n]=hs(`value`),[r=t[0],i]=Q(`focusedDate`),a=zs({...e,focusedDate:r,setFocusedDate:i}),o=q(`rangestart`),s=q(`rangeend`),[c,l]=Q(`tentative`),[u,d]=xo();vo(()=>d(void 0),[c]);function f(e){a.onFocus(e),p(e)}function p(e){e.stopPropagation(),c&&d(e.detail)}function m(e){let t=e.detail;e.stopPropagation(),c?(n(Js(c,t)),l(void 0),s(X(t)),a.dispatch()):(l(t),o(X(t)))}let ee=c?Js(c,u??c):t;return J(`host`,{shadowDom:!0,focus:a.focus,children:J(js,{...e,...a,type:`range`,value:ee,onFocus:f,onHover:p,onSelect:m})})},{props:{...Ms,tentative:{type:String,value:``}},styles:Ns});customElements.define(`calendar-range`,Ys);var Xs=ho(e=>{let[t,n]=gs(`value`),[r=t[0],i]=Q(`focusedDate`),a=zs({...e,focusedDate:r,setFocusedDate:i});function o(e){let r=[...t],i=t.findIndex(t=>t.equals(e.detail));i<0?r.push(e.detail):r.splice(i,1),n(r),a.dispatch()}return J(`host`,{shadowDom:!0,focus:a.focus,children:J(js,{...e,...a,type:`multi`,value:t,onSelect:o})})},{props:Ms,styles:Ns});customElements.define(`calendar-multi`,Xs);var Zs={en:{loading:`Loading times`,retry:`Try again`,back:`Back`,close:`Close`,offline:`You are offline. What is shown here may be out of date.`,failed:`That did not work. Please try again.`,lost:`No answer came. Please try again.`,previous_month:`Previous month`,next_month:`Next month`,day_times:{one:`{day}, {count} time`,other:`{day}, {count} times`},day_no_times:`{day}, no times`,day_note:`{day}: {note}`,times:`Times`,morning:`Morning`,afternoon:`Afternoon`,evening:`Evening`,zone:`Time zone`,zone_value:`{city}, {generic} ({offset})`,zone_found:{one:`{count} time zone found`,other:`{count} time zones found`},zone_none:`No time zone is called that.`}};function Qs(e){return Je(e,Zs)}var $s=s`
  :host {
    --_day: 2.75rem;
    display: block;
    max-inline-size: 25rem;
  }
  calendar-date {
    inline-size: 100%;
  }
  calendar-date::part(container) {
    gap: 0.5rem;
  }
  calendar-date::part(header) {
    gap: 0.25rem;
  }
  .heading {
    flex: 1;
    order: -1;
    padding-inline-start: 0.5rem;
    font-size: 1.0625em;
    font-weight: 650;
    text-align: start;
    overflow-wrap: anywhere;
  }
  calendar-date::part(previous),
  calendar-date::part(next) {
    min-block-size: var(--_day);
    min-inline-size: var(--_day);
    padding: 0;
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background: none;
    color: var(--_text);
    font: inherit;
  }
  calendar-date::part(previous):hover,
  calendar-date::part(next):hover {
    background: var(--_surface-2);
  }
  calendar-date::part(disabled) {
    background: none;
    color: var(--_text-muted);
    cursor: default;
    opacity: 0.5;
  }
  calendar-date::part(previous):focus-visible,
  calendar-date::part(next):focus-visible,
  calendar-month::part(button):focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  svg {
    display: block;
    inline-size: 1.25rem;
    block-size: 1.25rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  svg:dir(rtl) {
    transform: scaleX(-1);
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  calendar-month {
    inline-size: 100%;
    /* the names of days, and six weeks */
    min-block-size: calc(2rem + 6 * (var(--_day) + 4px));
  }
  calendar-month::part(heading) {
    display: none;
  }
  calendar-month::part(table) {
    inline-size: 100%;
    table-layout: fixed;
    font-size: 1em;
  }
  calendar-month::part(th) {
    block-size: 2rem;
    padding: 0;
    color: var(--_text-muted);
    font-size: 0.8125em;
    font-weight: 550;
  }
  calendar-month::part(td) {
    padding: 2px;
  }
  calendar-month::part(button) {
    display: block;
    position: relative;
    inline-size: 100%;
    block-size: var(--_day);
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background: none;
    color: var(--_text);
    font: inherit;
    transition:
      background-color 120ms,
      border-color 120ms;
  }
  calendar-month::part(disallowed),
  calendar-month::part(button):disabled {
    color: var(--_text-muted);
    opacity: 1;
  }
  calendar-month::part(button):hover {
    border-color: var(--_edge);
  }
  calendar-month::part(disallowed):hover,
  calendar-month::part(button):disabled:hover {
    border-color: transparent;
  }

  calendar-month::part(free) {
    background: var(--_free);
    font-weight: 650;
  }
  calendar-month::part(free)::after,
  calendar-month::part(hours)::after,
  calendar-month::part(off)::after {
    content: '';
    position: absolute;
    inset-block-end: 0.3rem;
    inset-inline: calc(50% - 0.15rem);
    block-size: 0.3rem;
    border-radius: 0.15rem;
    background: var(--_accent);
  }
  calendar-month::part(hours) {
    border-color: var(--_accent);
    font-weight: 650;
  }
  calendar-month::part(hours)::after {
    inset-inline: calc(50% - 0.45rem);
    block-size: 0.2rem;
  }
  calendar-month::part(off) {
    border: 1px dashed var(--_edge);
  }
  calendar-month::part(off)::after {
    background: var(--_edge);
  }
  calendar-month::part(closed) {
    border-color: var(--_border);
    background: var(--_surface-2);
    color: var(--_text-muted);
    text-decoration: line-through;
  }
  calendar-month::part(today) {
    box-shadow: inset 0 0 0 1px var(--_edge);
  }
  calendar-month::part(selected) {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 650;
    text-decoration: none;
  }
  calendar-month::part(selected)::after {
    background: var(--_on-accent);
  }
  :host([busy]) calendar-month::part(button) {
    color: var(--_text-muted);
  }

  @media (prefers-contrast: more) {
    calendar-month::part(free) {
      border-color: var(--_text);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    calendar-month::part(button) {
      transition: none;
    }
  }
  @media (forced-colors: active) {
    calendar-month::part(free),
    calendar-month::part(hours) {
      border: 2px solid ButtonText;
    }
    calendar-month::part(disallowed),
    calendar-month::part(button):disabled {
      color: GrayText;
    }
    calendar-month::part(free)::after,
    calendar-month::part(hours)::after,
    calendar-month::part(off)::after {
      background: ButtonText;
    }
    calendar-month::part(selected) {
      border: 2px solid Highlight;
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
`,ec=class extends w{static{this.properties={month:{},picked:{},today:{},min:{},max:{},locale:{},marks:{attribute:!1},isOff:{attribute:!1},count:{attribute:!1},note:{attribute:!1},busy:{type:Boolean,reflect:!0}}}static{this.styles=$s}#e;#t=e=>``;#n=e=>!1;#r=new MutationObserver(()=>this.#s());constructor(){super(),this.locale=`en`,this.marks=new Map,this.busy=!1}focus(e){this.#i?.focus(e)}disconnectedCallback(){super.disconnectedCallback(),this.#r.disconnect()}willUpdate(e){e.has(`marks`)&&(this.#t=e=>{let t=this.marks.get(tc(e));return t?`${t} day-${t}`:``}),(e.has(`isOff`)||e.has(`marks`))&&(this.#n=e=>this.isOff?.(tc(e))??!1),e.has(`picked`)&&this.picked&&Dn(this.picked)===this.month&&(this.#e=this.picked),this.#e&&Dn(this.#e)===this.month||(this.#e=this.#o())}render(){let e=Qs(this.locale),t=new E(this.locale,`UTC`);return y`<calendar-date
      .value=${this.picked??``}
      .focusedDate=${this.#e}
      .today=${this.today}
      .min=${this.min??``}
      .max=${this.max??``}
      .locale=${Ze(this.locale)}
      .firstDayOfWeek=${Nn(this.locale)}
      .formatWeekday=${`short`}
      .isDateDisallowed=${this.#n}
      .getDayParts=${this.#t}
      aria-busy=${this.busy}
      exportparts="previous: month-previous, next: month-next"
      @change=${this.#c}
      @focusday=${this.#l}
      @pointerover=${this.#u}
      @focusin=${this.#u}
    >
      <div slot="heading" class="heading" part="month-heading" aria-hidden="true">${t.month(this.month)}</div>
      <span slot="previous"><span class="hidden">${e(`previous_month`)}</span>${nc(`M15 5l-7 7 7 7`)}</span>
      <span slot="next"><span class="hidden">${e(`next_month`)}</span>${nc(`M9 5l7 7-7 7`)}</span>
      <calendar-month
        exportparts="button: day, day-free, day-closed, day-hours, day-off, selected: day-picked, today: day-today"
      ></calendar-month>
    </calendar-date>`}async updated(){await this.renderRoot.querySelector(`calendar-month`)?.updated;let e=this.#a;e&&this.isConnected&&(this.#r.observe(e,{subtree:!0,childList:!0,attributeFilter:[`aria-label`]}),this.#s())}get#i(){return this.renderRoot.querySelector(`calendar-date`)}get#a(){return this.renderRoot.querySelector(`calendar-month`)?.shadowRoot}#o(){let e=An(this.month);if(this.picked&&Dn(this.picked)===this.month)return this.picked;let t=e.filter(e=>(!this.min||e>=this.min)&&(!this.max||e<=this.max));return t.find(e=>this.marks.has(e)&&!(this.isOff?.(e)??!1))??t.find(e=>e===this.today)??t[0]??e[0]}#s(){let e=new E(this.locale,`UTC`),t=Qs(this.locale);for(let n of this.#a?.querySelectorAll(`td button`)??[]){let r=`${this.month}-${n.textContent.padStart(2,`0`)}`,i=this.count?.(r),a=this.note?.(r),o=e.day(r);i!==void 0&&(o=t(i?`day_times`:`day_no_times`,{day:o,count:i})),a&&(o=t(`day_note`,{day:o,note:a})),n.ariaLabel!==o&&(n.ariaLabel=o)}}#c=e=>{e.stopPropagation();let t=e.target.value;this.picked=t,this.#e=t,this.#d(`day`,{day:t})};#l=e=>{e.stopPropagation(),this.#e=tc(e.detail);let t=Dn(this.#e);t===this.month?this.requestUpdate():(this.month=t,this.#d(`turn`,{month:t}))};#u=e=>{e.composedPath().some(e=>e instanceof Element&&e.part.contains(`next`))&&this.#d(`near`,{month:kn(this.month,1)})};#d(e,t){this.dispatchEvent(new CustomEvent(`scheduling-month-${e}`,{detail:t,bubbles:!0}))}};function tc(e){return e.toISOString().slice(0,10)}function nc(e){return y`<svg viewBox="0 0 24 24" aria-hidden="true">${b`<path d=${e} />`}</svg>`}customElements.define(`scheduling-month`,ec);var rc=[{name:`morning`,until:`12:00`},{name:`afternoon`,until:`17:00`},{name:`evening`,until:`24:00`}],ic=class extends w{static{this.properties={starts:{attribute:!1},zone:{},locale:{},cycle:{},picked:{attribute:!1},label:{}}}static{this.styles=[Gt,s`
      :host {
        display: block;
      }
      .groups {
        display: grid;
        gap: calc(var(--_gap) * 1.25);
      }
      .group {
        display: grid;
        gap: 0.5rem;
      }
      .name {
        color: var(--_text-muted);
        font-size: 0.875em;
        font-weight: 550;
      }
      .times {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(6.75rem, calc(50% - 0.25rem)), 1fr));
        gap: 0.5rem;
      }
      button {
        min-block-size: 3rem;
        padding-inline: 0.25rem;
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
      button:hover:not([aria-pressed='true']) {
        border-color: var(--_accent);
        background: var(--_free);
      }
      button[aria-pressed='true'] {
        border-color: var(--_accent);
        background: var(--_accent);
        color: var(--_on-accent);
        font-weight: 650;
      }
      @media (forced-colors: active) {
        button[aria-pressed='true'] {
          background: Highlight;
          color: HighlightText;
          forced-color-adjust: none;
        }
      }
    `]}#e;constructor(){super(),this.starts=[],this.zone=`UTC`,this.locale=`en`}focus(e){this.#a(this.#e)?.focus(e)}willUpdate(e){e.has(`picked`)&&this.picked!==void 0&&(this.#e=this.picked),this.#e!==void 0&&this.starts.includes(this.#e)||(this.#e=this.starts[0])}render(){let e=Qs(this.locale),t=new E(this.locale,this.zone,this.cycle??et(this.locale)),n=[...this.starts];return y`<div class="groups" role="toolbar" aria-label=${this.label??e(`times`)} @keydown=${this.#i}>
      ${rc.map(({name:r,until:i})=>{let a=n.filter(e=>Rn(e,this.zone)<i);return n=n.filter(e=>!a.includes(e)),a.length?y`<div class="group" role="group" aria-labelledby=${r} part="time-group">
          <div class="name" id=${r}>${e(r)}</div>
          <div class="times">${Vi(a,e=>e,e=>this.#t(e,t))}</div>
        </div>`:S})}
    </div>`}#t(e,t){let n=e===this.picked;return y`<button
      type="button"
      part=${n?`time time-picked`:`time`}
      tabindex=${e===this.#e?0:-1}
      aria-pressed=${n}
      data-at=${e}
      @click=${()=>this.#n(e)}
      @focus=${()=>this.#r(e)}
    >
      <bdi>${t.timeTold(e,this.starts)}</bdi>
    </button>`}#n(e){this.picked=e,this.dispatchEvent(new CustomEvent(`scheduling-time-pick`,{detail:{at:e},bubbles:!0}))}#r(e){this.#e=e,this.requestUpdate()}#i=e=>{let t=[...this.renderRoot.querySelectorAll(`button`)],n=t.findIndex(e=>Number(e.dataset.at)===this.#e),r=t[n];if(!r||e.ctrlKey||e.metaKey||e.altKey)return;let i=this.matches(`:dir(rtl)`)?`ArrowLeft`:`ArrowRight`,a=i===`ArrowRight`?`ArrowLeft`:`ArrowRight`,o;if(e.key===i)o=t[n+1];else if(e.key===a)o=t[n-1];else if(e.key===`ArrowDown`)o=ac(r,t.slice(n+1));else if(e.key===`ArrowUp`)o=ac(r,t.slice(0,n));else if(e.key===`Home`)o=t[0];else if(e.key===`End`)o=t.at(-1);else return;e.preventDefault(),o?.focus()};#a(e){return this.renderRoot.querySelector(`button[data-at="${e}"]`)}};function ac(e,t){let{top:n,left:r}=e.getBoundingClientRect();return t.map(e=>{let t=e.getBoundingClientRect();return{button:e,down:Math.abs(t.top-n),across:Math.abs(t.left-r)}}).filter(({down:e})=>e>1).sort((e,t)=>Math.abs(e.down-t.down)>1?e.down-t.down:e.across-t.across)[0]?.button}customElements.define(`scheduling-time-list`,ic);async function oc(e,t,n,r){let{meetings:i,column:a}=O(t);return(await D(e.tables.from(i).update(r).match({id:n.id,[a]:t.owner_id,updated_at:n.updated_at}).select(ha(t))))[0]}function sc(e,t,n){let{meetings:r,column:i}=O(t);return ln(e,r,{id:n,[i]:t.owner_id},ha(t))}function cc(e,t){let n=A(e.ends_at)-A(e.starts_at);return{starts_at:j(t),ends_at:j(t+n)}}async function lc(e,t,n,r,i){return(await e.read(`meeting_slots`,{[O(t).meeting]:n.id,from_time:r.from,until_time:r.until},{select:`slot_start`,signal:i})).map(e=>A(e.slot_start))}var uc=class{#e;#t;#n;#r=new Map;#i;#a=!1;#o;#s;#c;#l;#u;#d;constructor(e,t,n,r){this.#e=e,this.#t=t,this.#n=n,this.meeting=r,this.#s=Dn(M(A(r.starts_at),n.timezone)),e.addController(this),this.#g(this.#s)}hostDisconnected(){this.stop()}stop(){this.#i?.abort(),this.#e.removeController(this)}chosen(){if(this.#d=void 0,!this.#u)return this.#l;let{day:e,time:t}=this.#u,n=/^\d{4}-\d{2}-\d{2}$/.test(e)&&/^\d{2}:\d{2}$/.test(t)?Ln(e,t,this.#n.timezone):void 0;return n===void 0?this.#d=`move_other_wrong`:n<=Date.now()&&(this.#d=`move_other_past`),this.#e.requestUpdate(),this.#d?void 0:n}taken(){this.#r.delete(this.#s),this.#l=void 0,this.#g(this.#s)}render(e,t,n,r){let{meeting:i}=this,a=this.#n.timezone,o=A(i.ends_at)-A(i.starts_at),s=Mn(this.#r.get(this.#s)??[],a),c=M(Date.now(),a),l=this.#c?s.get(this.#c)??[]:[];return y`<section class="move stack" aria-labelledby="move-title">
      <h4 id="move-title" tabindex="-1">${e(`move_title`)}</h4>
      <dl class="old-new">
        <div><dt>${e(`move_from`)}</dt><dd>${dc(t,a,A(i.starts_at),o)}</dd></div>
        <div><dt>${e(`move_to`)}</dt><dd>${this.#l===void 0||this.#u?y`<span class="muted">${e(`move_pick`)}</span>`:dc(t,a,this.#l,o)}</dd></div>
      </dl>
      <p class="muted">${e(`meetings_zone`,{zone:a.replaceAll(`_`,` `)})}</p>
      ${this.#o?nn(e,this.#o,{retry:()=>void this.#g(this.#s)}):y`<div class="when">
            <scheduling-month
              .month=${this.#s}
              .picked=${this.#c}
              .today=${c}
              .min=${c}
              .locale=${n}
              .marks=${fc(s)}
              .isOff=${e=>!s.has(e)}
              .count=${e=>s.get(e)?.length}
              .busy=${this.#a}
              @scheduling-month-turn=${e=>this.#p(e.detail.month)}
              @scheduling-month-day=${e=>this.#m(e.detail.day)}
            ></scheduling-month>
            <div class="of-day">
              ${this.#c?y`<h5 class="day-name">${t.day(this.#c)}</h5>`:S}
              ${l.length?y`<scheduling-time-list
                    .starts=${l}
                    .zone=${a}
                    .locale=${n}
                    .picked=${this.#l}
                    @scheduling-time-pick=${e=>this.#h(e.detail.at)}
                  ></scheduling-time-list>`:y`<p class="muted" role="status">${this.#a?e(`loading`):this.#c?e(`move_none`):s.size?e(`move_pick`):e(`move_none_month`)}</p>`}
            </div>
          </div>`}
      ${this.#f(e)}
      <p class="muted">${e(`move_told`)}</p>
      <div class="row acts">
        <button type="button" class="primary" aria-disabled=${r.busy||this.#l===void 0&&!this.#u?`true`:S} @click=${()=>r.busy||r.confirm()}>${e(`move_yes`)}</button>
        <button type="button" @click=${r.leave}>${e(`move_no`)}</button>
      </div>
    </section>`}#f(e){let t=this.#u,n=e=>{this.#u={...t,...e},this.#d=void 0,this.#e.requestUpdate()};return y`<details
      class="other"
      ?open=${t!==void 0}
      @toggle=${e=>{let t=e.target.open;if(t===(this.#u!==void 0))return;let n=this.#l??A(this.meeting.starts_at),r=this.#n.timezone;this.#u=t?{day:M(n,r),time:Rn(n,r)}:void 0,this.#d=void 0,this.#e.requestUpdate()}}
    >
      <summary>${e(`move_other`)}</summary>
      ${t?y`<div class="stack tight">
            <p class="notice">${e(`move_other_help`)}</p>
            <div class="pair">
              ${z({name:`move-date`,type:`date`,label:e(`move_date`),value:t.day,change:e=>n({day:e}),error:this.#d&&e(this.#d)})}
              ${z({name:`move-time`,type:`time`,label:e(`move_time`),value:t.time,change:e=>n({time:e})})}
            </div>
          </div>`:S}
    </details>`}#p(e){this.#s=e,this.#r.has(e)||this.#g(e),this.#e.requestUpdate()}#m(e){this.#c=e,this.#e.requestUpdate()}#h(e){this.#l=e,this.#e.requestUpdate()}async#g(e){this.#i?.abort();let t=this.#i=new AbortController;this.#a=!0,this.#o=void 0,this.#e.requestUpdate();try{let n=jn(e),r=Date.parse(n.from)<Date.now(),i=await lc(this.#t,this.#n,this.meeting,{until:n.until,...r?{}:{from:n.from}},t.signal);if(t.signal.aborted)return;this.#r.set(e,i)}catch(e){if(t.signal.aborted)return;this.#o=tn(e)}this.#a=!1,this.#e.requestUpdate()}};function dc(e,t,n,r){return y`${e.day(M(n,t))}<br />${e.range(n,n+r)}`}function fc(e){return new Map([...e.keys()].map(e=>[e,`free`]))}var pc=s`
  :host {
    container-type: inline-size;
    max-inline-size: var(--_max-width);
    padding: var(--_gap);
    border-radius: calc(var(--_radius) * 1.4);
    /* its own, since the page beneath may be light where this is dark */
    background: var(--_surface);
  }
  .push {
    margin-inline-start: auto;
  }
  .picture {
    flex: none;
    inline-size: 1.15em;
    block-size: 1.15em;
  }
  button.small,
  .button.small {
    min-block-size: 2.25rem;
    padding-block: 0.25em;
    padding-inline: 0.75em;
    font-size: 0.92em;
  }
  .head {
    margin-block-end: var(--_gap);
  }
  .head h2 {
    font-size: 1.5em;
  }
  .shelves {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0.25em;
    padding: 0.25em;
    border-radius: calc(var(--_radius) + 0.25em);
    background: var(--_surface-2);
  }
  .shelves button {
    min-block-size: 2.5rem;
    border-color: transparent;
    background: none;
    font-weight: 500;
  }
  .shelves button[aria-pressed='true'] {
    border-color: var(--_border);
    background: var(--_surface);
    font-weight: 600;
    box-shadow: 0 1px 2px rgb(0 0 0 / 8%);
  }
  .day-heading {
    margin-block: 1.5em 0.6em;
  }
  .near {
    margin-inline-start: 0.5em;
    font-weight: 400;
  }
  .meetings {
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 1.4);
    background: var(--_surface);
    overflow: clip;
  }
  .meeting + .meeting {
    border-block-start: 1px solid var(--_border);
  }
  .line {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0.15em 1em;
    inline-size: 100%;
    padding: 0.8em 1.1em;
    border: 0;
    border-radius: 0;
    background: none;
    font-weight: 400;
    text-align: start;
    justify-content: stretch;
  }
  .line:focus-visible {
    outline-offset: -2px;
    border-radius: calc(var(--_radius) * 1.4);
  }
  .line .time {
    font-variant-numeric: tabular-nums;
    grid-column: 1;
  }
  .line .who {
    display: grid;
    min-inline-size: 0;
    overflow-wrap: anywhere;
    grid-column: 1;
  }
  .line strong {
    font-weight: 600;
  }
  .line .marks {
    display: flex;
    align-items: center;
    gap: 0.75em;
    grid-column: 2;
    grid-row: 1 / span 2;
    color: var(--_text-muted);
  }
  .mark {
    padding: 0.1em 0.6em;
    border: 1px solid var(--_border);
    border-radius: 1em;
    font-size: 0.85em;
    white-space: nowrap;
  }
  .mark.now {
    border-color: var(--_success);
    color: var(--_success);
    font-weight: 600;
  }
  .arrow {
    inline-size: 0.5em;
    block-size: 0.5em;
    border-block-end: 2px solid;
    border-inline-end: 2px solid;
    transform: translateY(-0.15em) rotate(45deg);
    transition: transform 120ms;
  }
  :host(:dir(rtl)) .arrow {
    transform: translateY(-0.15em) rotate(-45deg);
  }
  .open .arrow {
    transform: translateY(0.15em) rotate(225deg);
  }
  :host(:dir(rtl)) .open .arrow {
    transform: translateY(0.15em) rotate(135deg);
  }
  .cancelled .time,
  .cancelled strong {
    text-decoration: line-through;
    text-decoration-color: var(--_text-muted);
  }
  .details:not([hidden]) {
    display: grid;
    gap: var(--_gap);
    padding: 1.1em;
    border-block-start: 1px solid var(--_border);
    background: color-mix(in srgb, var(--_surface-2) 55%, var(--_surface));
  }
  .facts-list {
    display: grid;
    gap: 0.9em 1.5em;
  }
  .facts-list dt {
    color: var(--_text-muted);
    font-size: 0.9em;
  }
  .facts-list dd {
    overflow-wrap: anywhere;
  }
  .typed {
    white-space: pre-line;
    max-block-size: 20rem;
    overflow-y: auto;
  }
  .acts {
    gap: 0.6em;
  }
  .choice-button[aria-pressed='true'] {
    border-color: var(--_accent);
    background: var(--_free);
  }
  .pair {
    display: grid;
    gap: var(--_gap);
    align-items: start;
  }
  .tight {
    gap: 0.6em;
  }
  .cancel-form {
    max-inline-size: 34rem;
  }
  h4,
  h5 {
    margin: 0;
    font-size: 1em;
  }
  h4:focus {
    outline: none;
  }
  .old-new {
    display: grid;
    gap: 0.75em;
  }
  .old-new > div {
    padding: 0.7em 0.9em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .old-new > div:last-child {
    border-color: var(--_accent);
  }
  .old-new dt {
    color: var(--_text-muted);
    font-size: 0.9em;
  }
  .when {
    display: grid;
    gap: calc(var(--_gap) * 1.5);
    align-items: start;
  }
  .of-day {
    display: grid;
    gap: 0.75em;
  }
  .other > summary {
    min-block-size: 1.75rem;
    cursor: pointer;
    color: var(--_accent);
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 0.5em;
    margin-block-start: var(--_gap);
    padding-block: 3.5rem;
    text-align: center;
  }
  .empty .picture {
    inline-size: 2.25rem;
    block-size: 2.25rem;
    color: var(--_accent);
  }
  .further {
    margin-block-start: var(--_gap);
    text-align: center;
  }

  @container (width >= 34rem) {
    .line {
      grid-template-columns: 11.5rem minmax(0, 1fr) auto;
      align-items: center;
    }
    .line .who {
      grid-column: 2;
    }
    .line .marks {
      grid-column: 3;
      grid-row: 1;
    }
    .facts-list,
    .pair,
    .old-new {
      grid-template-columns: 1fr 1fr;
    }
    .when {
      grid-template-columns: minmax(18rem, 1.2fr) 1fr;
    }
  }

  @media print {
    :host {
      color: #000;
      background: none;
    }
    button:not(.line),
    .shelves,
    .arrow,
    .further,
    .acts {
      display: none;
    }
    .meetings,
    .details:not([hidden]),
    .meeting + .meeting {
      border-color: #999;
      background: none;
      break-inside: avoid;
    }
    a {
      color: #000;
    }
  }
`,mc=1e3,hc=6e4,gc=class extends k{constructor(...e){super(...e),this.heeds=[`meetings`,`links`],this.#e=`upcoming`,this.#n=[],this.#r=!1,this.#i=!1,this.#s=!1,this.#u=``}static{this.styles=[...k.styles,Cn,pc]}#e;#t;#n;#r;#i;#a;#o;#s;#c;#l;#u;#d;#f;connectedCallback(){super.connectedCallback(),this.#f=setInterval(()=>this.requestUpdate(),hc)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.#f)}get unsaved(){return this.#o!==void 0&&(this.#o.is===`move`||this.#o.reason!==``)}async load(e){let t=await ga(this.server,e,this.#e,{on:this.#m(e)});this.#n=t.rows,this.#r=t.more,this.#l=void 0}forget(){this.#n=[],this.#C(),this.#a=void 0,this.#t=void 0,this.#c=void 0}updated(e){super.updated(e);let t=this.#d&&this.renderRoot.querySelector(`[id="${this.#d}"]`);t&&(this.#d=void 0,t.focus())}body(){let{t:e}=this,t=this.who.timezone,n=new E(this.language(),t);return y`<header class="row head">
        <div>
          <h2 tabindex="-1" id="heading">${this.#t?e(`meetings_day`,{day:n.day(this.#t)}):e(`meetings_title`)}</h2>
          <p class="muted">${e(`meetings_zone`,{zone:t.replaceAll(`_`,` `)})}</p>
        </div>
        ${this.#t?y`<button type="button" class="small push" @click=${()=>this.#h(`upcoming`)}>${e(`meetings_all_days`)}</button>`:y`<div class="shelves push" role="group" aria-label=${e(`meetings_which`)}>
              ${pa.map(t=>y`<button type="button" aria-pressed=${t===this.#e?`true`:`false`} @click=${()=>this.#h(t)}>${e(`shelf_${t}`)}</button>`)}
            </div>`}
      </header>
      ${this.#l?nn(e,this.#l,{retry:()=>this.#h(this.#e)}):S}
      <div aria-busy=${this.#i?`true`:`false`}>
        ${this.#n.length?Oa({t:e,labels:n,zone:t,now:Date.now(),meetings:this.#n,open:this.#a,toggle:e=>this.#x(e),details:e=>this.#v(e,n)}):this.#l||this.#i?S:this.#p()}
      </div>
      ${this.#r?y`<p class="further"><button type="button" id="more" aria-disabled=${this.#i?`true`:S} @click=${()=>void this.#_()}>${e(`meetings_more`)}</button></p>`:S}
      <p class="hidden" role="status">${this.#u}</p>`}#p(){let{t:e}=this;return y`<div class="card empty">
      ${H.calendar}
      <h3>${this.#t?e(`meetings_none_day`):e(`meetings_none_${this.#e}`)}</h3>
      ${this.#e===`upcoming`&&!this.#t?y`<p class="muted">${e(`meetings_none_upcoming_help`)}</p>`:S}
    </div>`}#m(e){return this.#t?{from:j(In(this.#t,e.timezone)),until:j(In(On(this.#t,1),e.timezone))}:void 0}#h(e,t){this.#e=e,this.#t=t,this.#C(),this.#a=void 0,this.#c=void 0,this.#u=``,this.#g()}async#g(){this.#i=!0,this.#n=[],this.#r=!1,this.requestUpdate(),await this.refresh(),this.#i=!1,this.requestUpdate()}async#_(){let e=this.#n.at(-1);if(this.#i||!e)return;let t=this.#e;this.#i=!0,this.requestUpdate();try{let n=await ga(this.server,this.who,t,{after:e,on:this.#m(this.who)});if(t!==this.#e||e!==this.#n.at(-1))return;this.#n=[...this.#n,...n.rows],this.#r=n.more,this.#u=this.t(`meetings_more_said`,{count:n.rows.length}),n.rows[0]&&(this.#d=`open-${n.rows[0].id}`)}catch(e){this.#l=this.noted(e)}finally{this.#i=!1,this.requestUpdate()}}#v(e,t){let{t:n}=this;return Ca({t:n,labels:t,zone:this.who.timezone,now:Date.now(),meeting:e,busy:this.#s,notice:this.#y(t),act:this.#b(e,t),move:()=>this.#S(e,`move`),cancel:()=>this.#S(e,`cancel`),mark:t=>void this.#E(e,{status:t})})}#y(e){let{t}=this,n=this.#c;if(!n)return S;if(`text`in n)return y`<p class="notice ${n.good?`success`:`error`}" role=${n.good?`status`:`alert`}>${n.text}</p>`;let{refusal:r,start:i}=n;if(r.kind!==`conflict`||i===void 0)return nn(t,r,{text:$t(t,r)});let a=M(i,this.who.timezone);return y`<div class="notice error row" role="alert" part="alert">
      <p>${t(`move_overlaps`)}</p>
      <button type="button" class="small" aria-label=${`${t(`move_show_day`)}: ${e.day(a)}`} @click=${()=>this.#w(a)}>${t(`move_show_day`)}</button>
    </div>`}#b(e,t){let{t:n}=this,r=this.#o;if(!r)return;let i=()=>{this.#C(),this.#A(`open-${e.id}`)};if(r.is===`move`)return r.move.render(n,t,this.language(),{busy:this.#s,leave:i,confirm:()=>void this.#T(e,r.move)});let a=[...r.reason].length>mc;return y`<form
      class="stack cancel-form"
      aria-labelledby="cancel-title"
      @submit=${t=>{t.preventDefault(),!this.#s&&!a&&this.#E(e,{status:`cancelled`,cancel_reason:r.reason.trim()||null})}}
    >
      <h4 id="cancel-title" tabindex="-1">${n(`cancel_title`)}</h4>
      <p>${n(`cancel_told`)}</p>
      ${mi({name:`cancel-reason`,label:n(`cancel_reason`),help:n(`cancel_reason_help`),error:a?n(`cancel_reason_long`):void 0,rows:3,value:r.reason,change:e=>{this.#o={is:`cancel`,reason:e},this.requestUpdate()}})}
      <div class="row acts">
        <button type="submit" class="danger" aria-disabled=${this.#s?`true`:S}>${n(`cancel_yes`)}</button>
        <button type="button" @click=${i}>${n(`cancel_no`)}</button>
      </div>
    </form>`}#x(e){this.#C(),this.#c=void 0,this.#a=this.#a===e.id?void 0:e.id,this.requestUpdate()}#S(e,t){this.#C(),this.#c=void 0,this.#o=t===`cancel`?{is:t,reason:``}:{is:t,move:new uc(this,this.server,this.who,e)},this.#A(`${t}-title`)}#C(){this.#o?.is===`move`&&this.#o.move.stop(),this.#o=void 0,this.requestUpdate()}#w(e){this.#h(`upcoming`,e),this.#A(`heading`)}async#T(e,t){let n=t.chosen();n!==void 0&&await this.#E(e,cc(e,n))}async#E(e,t){if(!this.#s){this.#s=!0,this.#c=void 0,this.requestUpdate();try{let n=await oc(this.server,this.who,e,t);n?this.#D(n,t):await this.#O(e)}catch(e){let n=this.noted(e);n.kind!==`signed_out`&&(this.#c={refusal:n,...`starts_at`in t?{start:A(t.starts_at)}:{}}),n.kind===`conflict`&&this.#o?.is===`move`&&this.#o.move.taken()}this.#s=!1,this.requestUpdate()}}#D(e,t){let{t:n}=this;this.#k(e),this.#C();let r=new E(this.language(),this.who.timezone),i=`starts_at`in t?n(`move_done`,{when:r.dateTime(A(e.starts_at))}):t.status===`cancelled`?n(`cancel_done`):n(`mark_done`,{status:Ma(e.status)?n(`meeting_status_${e.status}`):e.status});this.#c={text:i,good:!0},this.#A(`open-${e.id}`),this.saved(`meetings`)}async#O(e){let t=await sc(this.server,this.who,e.id);this.#C(),t?this.#k(t):this.#n=this.#n.filter(({id:t})=>t!==e.id);let n=this.t(t?`meeting_changed`:`meeting_gone`);t?this.#c={text:n,good:!1}:this.#u=n,this.tell(`stale`,{what:`meetings`}),this.#A(t?`open-${e.id}`:`heading`)}#k(e){let t=this.#e===`upcoming`?1:-1;this.#n=this.#n.map(t=>t.id===e.id?e:t).sort((e,n)=>t*(A(e.starts_at)-A(n.starts_at))||t*(e.id<n.id?-1:1))}#A(e){this.#d=e,this.requestUpdate()}};customElements.define(`scheduling-meetings`,gc);var _c=Symbol.for(``),vc=e=>{if(e?.r===_c)return e?._$litStatic$},yc=(e,...t)=>({_$litStatic$:t.reduce((t,n,r)=>t+(e=>{if(e._$litStatic$!==void 0)return e._$litStatic$;throw Error(`Value passed to 'literal' function must be a 'literal' result: ${e}. Use 'unsafeStatic' to pass non-literal values, but\n            take care to ensure page security.`)})(n)+e[r+1],e[0]),r:_c}),bc=new Map,$=(e=>(t,...n)=>{let r=n.length,i,a,o=[],s=[],c,l=0,u=!1;for(;l<r;){for(c=t[l];l<r&&(a=n[l],(i=vc(a))!==void 0);)c+=i+t[++l],u=!0;l!==r&&s.push(a),o.push(c),l++}if(l===r&&o.push(t[r]),u){let e=o.join(`$$lit$$`);(t=bc.get(e))===void 0&&(o.raw=o,bc.set(e,t=o)),n=s}return e(t,...n)})(y),xc=[`calendar`,`calendar_error`];function Sc(e){let t=new URL(e),n=t.hash.slice(1).split(`&`),r=n.find(e=>e.startsWith(`token=`)),i=n.find(e=>e!==r&&!e.includes(`=`))??``,a=t.searchParams.get(`calendar_error`)??t.searchParams.get(`calendar`)??void 0;return xc.forEach(e=>t.searchParams.delete(e)),t.hash=i,{token:r&&Cc(r.slice(6)),calendar:a,section:i,left:t.href}}function Cc(e){let t=e.trim().replace(/^Bearer\s+/i,``).replace(/\s+/g,``);return/^[\w-]+\.[\w-]+\.[\w-]*$/.test(t)?t:void 0}var wc=[`meetings`,`links`,`availability`,`calendars`],Tc={meetings:yc`scheduling-meetings`,links:yc`scheduling-links`,availability:yc`scheduling-availability`,calendars:yc`scheduling-calendars`},Ec=`scheduling-consent`,Dc=class extends k{constructor(...e){super(...e),this.heeds=[`calendars`],this.#e=`meetings`,this.#t=new Set,this.#n=``,this.#r=!1,this.#i=!1,this.#m=e=>{e.target!==this&&e.stopPropagation(),this.signedOut=!0,this.requestUpdate()},this.#h=()=>{this.#g(location.hash.slice(1)),this.requestUpdate()},this.#_=e=>{let{url:t}=e.detail;if(!t||this.getToken)return;e.preventDefault();let n=window.open(t,`_blank`);n&&(n.opener=null),this.#o=n?void 0:t,this.requestUpdate()},this.#v=e=>{e.data?.source===Ec&&(this.#o=void 0,this.refresh(),this.renderRoot.querySelector(`scheduling-calendars`)?.refresh())}}static{this.styles=[...k.styles,Cn,s`
      :host {
        max-inline-size: var(--_max-width);
        margin-inline: auto;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 1rem;
        padding-inline: var(--_gap);
      }
      .owner-switch {
        margin-inline: var(--_gap);
      }
      .top h1 {
        margin-inline-end: auto;
      }
      nav {
        margin-block: var(--_gap);
        padding-inline: calc(var(--_gap) - 0.75rem);
        border-block-end: 1px solid var(--_border);
        overflow-x: auto;
      }
      nav ul {
        display: flex;
        gap: 0.25rem;
      }
      nav a {
        display: flex;
        align-items: center;
        min-block-size: 2.75rem;
        padding-inline: 0.75rem;
        border-block-end: 3px solid transparent;
        color: var(--_text-muted);
        font-weight: 550;
        text-decoration: none;
        white-space: nowrap;
      }
      nav a:hover {
        color: var(--_text);
      }
      nav a[aria-current] {
        border-block-end-color: var(--_accent);
        color: var(--_text);
      }
      nav a:focus-visible {
        outline-offset: -2px;
      }
      .notice {
        margin: 0 var(--_gap) var(--_gap);
      }
      .sign-in {
        max-inline-size: 28rem;
        margin: clamp(1rem, 8vb, 5rem) auto;
      }
      .sign-in h1 {
        text-align: start;
      }
      dialog.again {
        max-inline-size: min(28rem, calc(100vi - 2rem));
        padding: calc(var(--_gap) * 1.5);
        border: 1px solid var(--_border);
        border-radius: calc(var(--_radius) * 1.4);
        background: var(--_surface);
        color: var(--_text);
        box-shadow: var(--_shadow);
      }
      dialog.again::backdrop {
        background: rgb(0 0 0 / 45%);
      }
      @media print {
        nav,
        .top,
        .notice {
          display: none;
        }
      }
    `]}#e;#t;#n;#r;#i;#a;#o;#s;connectedCallback(){let e=Sc(location.href);e.left!==location.href&&history.replaceState(history.state,``,e.left),e.token&&!this.getToken&&(this.token=e.token),this.#a=e.calendar,this.#g(e.section),super.connectedCallback(),window.addEventListener(`hashchange`,this.#h),this.addEventListener(`scheduling-sign-in`,this.#m),this.addEventListener(`scheduling-connect`,this.#_),this.#s=new BroadcastChannel(Ec),this.#s.addEventListener(`message`,this.#v),e.calendar&&this.#s.postMessage({source:Ec})}disconnectedCallback(){super.disconnectedCallback(),window.removeEventListener(`hashchange`,this.#h),this.removeEventListener(`scheduling-sign-in`,this.#m),this.removeEventListener(`scheduling-connect`,this.#_),this.#s?.close()}async load(e){let{connections:t,column:n}=O(e),r=await D(this.server.tables.from(t).select(`status`).eq(n,e.owner_id).eq(`is_active`,!0));this.#i=r.some(({status:e})=>e!==`ok`)}updated(e){super.updated(e);let t=this.renderRoot.querySelector(`dialog.again`);t&&!t.open&&t.showModal()}render(){let{t:e}=this;return!this.getToken&&(!this.token||this.signedOut&&!this.who)?this.#u():$`<header class="top"><h1>${e(`page_title`)}</h1></header>
      ${this.trouble?.word===`owner`&&!this.owner&&!this.who?$`<div class="card stack sign-in"><h2>${e(`no_owners`)}</h2><p class="muted">${e(`no_owners_help`)}</p></div>`:super.render()}`}body(){let{t:e}=this;return this.#t.add(this.#e),$`${this.#l()}
      <nav aria-label=${e(`page_sections`)}>
        <ul>
          ${wc.map(t=>$`<li>
              <a href="#${t}" aria-current=${t===this.#e?`page`:S}>${e(`section_${t}`)}</a>
            </li>`)}
        </ul>
      </nav>
      ${wc.map(e=>this.#t.has(e)?this.#c(e):S)}
      ${this.signedOut&&!this.getToken?this.#d():S}`}#c(e){return $`<${Tc[e]}
      ?hidden=${e!==this.#e}
      .api=${this.api}
      .schema=${this.schema}
      .headers=${this.headers}
      .theme=${this.theme}
      .locale=${this.locale}
      .token=${this.token}
      .getToken=${this.getToken}
      .owner=${this.who.owner}
    ></${Tc[e]}>`}#l(){let{t:e}=this;return $`${this.#i&&this.#e!==`calendars`?$`<div class="notice error row" role="status"><p>${e(`calendar_broken`)}</p><a class="button" href="#calendars">${e(`calendar_look`)}</a></div>`:S}
      ${this.#o?$`<div class="notice row" role="alert"><p>${e(`consent_blocked`)}</p><a class="button primary" href=${this.#o} target="_blank" rel="noopener">${e(`consent_open`)}</a></div>`:S}`}#u(){let{t:e}=this,t=this.#a===`connected`;return $`<section class="card stack sign-in" aria-labelledby="welcome">
      ${this.signedOut&&this.token?$`<p class="notice error" role="alert">${e(`token_ended`)}</p>`:S}
      ${this.#a?$`<p class="notice ${t?`success`:`error`}" role="status">${e(t?`calendar_tab_done`:`calendar_tab_failed`)}</p>`:S}
      <h1 id="welcome">${e(`sign_in_title`)}</h1>
      ${this.#f()}
    </section>`}#d(){return $`<dialog class="again" part="dialog" aria-labelledby="again-title" @cancel=${e=>e.preventDefault()}>
      <div class="stack">
        <h2 id="again-title">${this.t(`sign_in_button`)}</h2>
        <p>${this.t(`sign_in_expired`)}</p>
        ${this.#f()}
      </div>
    </dialog>`}#f(){let{t:e}=this;return $`<form
      class="stack"
      @submit=${e=>{e.preventDefault(),this.#p()}}
    >
      ${z({name:`token`,type:`password`,label:e(`token_label`),help:e(`sign_in_help`),error:this.#r?e(`token_wrong`):void 0,ltr:!0,value:this.#n,change:e=>{this.#n=e,this.#r=!1,this.requestUpdate()}})}
      <div><button type="submit" class="primary">${e(`sign_in_button`)}</button></div>
    </form>`}#p(){let e=Cc(this.#n);this.#r=e===void 0,e&&(this.#n=``,this.signedOut=!1,this.#a=void 0,this.token=e),this.requestUpdate()}#m;#h;#g(e){this.#e=wc.find(t=>t===e)??`meetings`}#_;#v};return customElements.define(`scheduling-owner`,Dc),e.SchedulingLinks=fa,e.SchedulingMeetings=gc,e.SchedulingOwner=Dc,e})({});